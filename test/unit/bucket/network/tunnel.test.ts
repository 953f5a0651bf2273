import type { Socket } from "node:net";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { proxyFor } from "../../../../bucket/network/proxy.ts";
import { openTunnel } from "../../../../bucket/network/tunnel.ts";
import { ConnectProxy } from "../../../support/connect-proxy.ts";
import { RawServer } from "../../../support/raw-server.ts";
import { s3Over } from "../../../support/s3-over.ts";
import { S3Server } from "../../../support/s3-server.ts";
import { type SelfSigned, selfSigned } from "../../../support/self-signed.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

let certificate: SelfSigned;
beforeAll(() => {
  certificate = selfSigned(temporaryFolder());
});
const ca = async () => certificate.cert;

describe.each([
  ["http", "http"],
  ["https", "http"],
  ["https", "https"],
] as const)("%s through a proxy of %s", (scheme, proxyScheme) => {
  let server: S3Server;
  let proxy: ConnectProxy;
  let origin: string;
  let port: number;
  beforeEach(async () => {
    server = new S3Server(scheme === "https" ? certificate : undefined);
    origin = await server.start();
    proxy = new ConnectProxy(proxyScheme === "https" ? certificate : undefined);
    port = await proxy.start();
  });
  afterEach(async () => {
    await proxy.stop();
    await server.stop();
  });

  const store = (user = "") => {
    const variable = scheme === "https" ? "HTTPS_PROXY" : "HTTP_PROXY";
    const env = { [variable]: `${proxyScheme}://${user}127.0.0.1:${port}` };
    return s3Over(origin, { env, ca, attempts: 5 }).store("b");
  };

  test("all requests go that way, small, large and side by side", async () => {
    const one = store();
    const big = Buffer.alloc(3 << 20, "0123456789");
    await Promise.all(Array.from({ length: 20 }, (_, index) => one.put(`k${index}`, `v${index}`)));
    await one.put("big", big);
    const there = await one.get("big");
    const pieces: Buffer[] = [];
    for await (const piece of there?.body ?? []) pieces.push(piece as Buffer);
    expect(Buffer.concat(pieces).equals(big)).toBe(true);
    expect(server.seen).toHaveLength(22);
    if (scheme === "http") expect(proxy.asked).toHaveLength(22);
    else {
      expect(new Set(proxy.asked)).toEqual(new Set([new URL(origin).host]));
      // A tunnel is used again and again.
      expect(proxy.asked.length).toBeLessThanOrEqual(20);
    }
  });

  test("the proxy is given user and password, and S3 is not", async () => {
    proxy.password = "al@ice:s:e";
    await store("al%40ice:s%3Ae@").put("k", "v");
    expect(server.seen.map(({ headers }) => headers["proxy-authorization"])).toEqual([undefined]);
  });

  test.each([
    [undefined, "alice:secret", "", /wants a user and a password: put them into HTTPS?_PROXY/],
    [undefined, "alice:secret", "alice:other-secret@", /refuses the user or the password/],
    [403, undefined, "", /of HTTPS?_PROXY, refuses the connection: 403/],
  ])(
    "a proxy that answers %s (password %s, given %j) is named, once",
    async (refusal, password, user, message) => {
      proxy.refusal = refusal;
      proxy.password = password;
      const failed = await store(user)
        .put("k", "v")
        .catch((error: Error) => error);
      expect(failed).toMatchObject({ name: "ProxyError", message: expect.stringMatching(message) });
      expect((failed as Error).message).toContain(`127.0.0.1:${port}`);
      expect((failed as Error).message).not.toContain("secret");
      expect(proxy.asked).toHaveLength(1);
      expect(server.seen).toEqual([]);
    },
  );

  test("one that is overloaded is asked again", async () => {
    proxy.refusal = 503;
    await expect(store().put("k", "v")).rejects.toMatchObject({
      name: expect.stringMatching(/^(NetworkError|ServiceUnavailable)$/),
    });
    expect(proxy.asked).toHaveLength(5);
  });

  test("one that is not there is named", async () => {
    await proxy.stop();
    const failed = await store()
      .put("k", "v")
      .catch((error: Error) => error);
    expect(failed).toMatchObject({ name: "NetworkError" });
    const variable = scheme === "https" ? "HTTPS_PROXY" : "HTTP_PROXY";
    const told = `the proxy 127.0.0.1:${port} (of ${variable}) cannot be reached: connect ECONNREFUSED`;
    expect((failed as Error).message).toContain(told);
    proxy = new ConnectProxy();
    await proxy.start();
  });
});

test("a proxy of https is known by its own name, not by that of S3", async () => {
  const server = new S3Server(certificate);
  const own = selfSigned(temporaryFolder(), "DNS:localhost");
  const proxy = new ConnectProxy(own);
  const [origin, port] = [await server.start(), await proxy.start()];
  const both = async () => `${certificate.cert}${own.cert}`;
  const put = (host: string, trusted = both) =>
    s3Over(origin, { env: { HTTPS_PROXY: `https://${host}:${port}` }, ca: trusted })
      .store("b")
      .put("k", "v");
  try {
    await put("localhost");
    await expect(put("127.0.0.1")).rejects.toMatchObject({
      name: "TlsError",
      message: expect.stringContaining(
        `the proxy 127.0.0.1:${port} (of HTTPS_PROXY) cannot be reached: `,
      ),
    });
    await expect(put("localhost", ca)).rejects.toMatchObject({
      name: "TlsError",
      message: expect.stringContaining(`localhost:${port}, issued by "test": self-signed`),
    });
  } finally {
    await proxy.stop();
    await server.stop();
  }
});

test("names of AWS reach the proxy, which looks them up", async () => {
  const names = selfSigned(temporaryFolder(), "DNS:bucket.s3.eu-west-1.amazonaws.com");
  const server = new S3Server(names);
  const proxy = new ConnectProxy();
  const [origin, port] = [await server.start(), await proxy.start()];
  const host = "bucket.s3.eu-west-1.amazonaws.com";
  proxy.routes.set(host, Number(new URL(origin).port));
  const env = { HTTPS_PROXY: `http://127.0.0.1:${port}` };
  const access = { env, ca: async () => names.cert, region: "eu-west-1", endpointUrl: undefined };
  server.intercept = (_seen, response) => {
    response.writeHead(200, { etag: '"e"', "x-amz-request-id": "1" }).end();
    return true;
  };
  await s3Over("", access).store("bucket").put("k", "v");
  expect(proxy.asked).toEqual([`${host}:443`]);
  // An authority that is not trusted.
  const authorities = "AWS_CA_BUNDLE: /site.pem";
  const other = {
    ...access,
    ca: async () => certificate.cert,
    authorities: async () => authorities,
  };
  await expect(s3Over("", other).store("bucket").put("k", "v")).rejects.toMatchObject({
    name: "TlsError",
    message: expect.stringContaining(`${host}, issued by "test": self-signed certificate`),
    cause: { authorities },
  });
  await proxy.stop();
  await server.stop();
});

test("a proxy that does not answer is waited for as long as the line moves", async () => {
  const sockets: Socket[] = [];
  const raw = await RawServer.start((socket) => void sockets.push(socket));
  const proxy = proxyFor(new URL("https://s3.test"), { https_proxy: raw.origin })!;
  const target = { host: "s3.test", port: 443 };
  let asked = 0;
  const mute = openTunnel(proxy, target, undefined, { timeoutMs: 20, goOn: () => ++asked < 3 });
  await expect(mute).rejects.toMatchObject({
    name: "TimeoutError",
    message: expect.stringMatching(
      /^the proxy \S+ \(of https_proxy\) cannot be reached: it did not/,
    ),
  });
  expect(asked).toBe(3);
  // One that answers in the meantime is there.
  const goOn = () => sockets.at(-1)!.write("HTTP/1.1 200 OK\r\n\r\n");
  const tunnel = await openTunnel(proxy, target, undefined, { timeoutMs: 20, goOn });
  tunnel.destroy();
  await raw.stop();
});

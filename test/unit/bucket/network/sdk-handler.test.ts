import { once } from "node:events";
import { get } from "node:https";
import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { sdkHandler } from "../../../../bucket/network/sdk-handler.ts";
import { ConnectProxy } from "../../../support/connect-proxy.ts";
import { S3Server } from "../../../support/s3-server.ts";
import { type SelfSigned, selfSigned } from "../../../support/self-signed.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

let made: SelfSigned;
let server: S3Server;
const plainServer = new S3Server();
let origin: string;
let plainOrigin: string;
const proxy = new ConnectProxy();
let port: number;
beforeAll(async () => {
  made = selfSigned(temporaryFolder());
  server = new S3Server(made);
  server.put("k", Buffer.from("value"));
  plainServer.put("k", Buffer.from("plain value"));
  [origin, plainOrigin, port] = await Promise.all([
    server.start(),
    plainServer.start(),
    proxy.start(),
  ]);
});
afterAll(async () => {
  await proxy.stop();
  await server.stop();
  await plainServer.stop();
});
beforeEach(() => {
  proxy.asked.length = 0;
  proxy.password = undefined;
  proxy.refusal = undefined;
});

/** An object as the SDK gets it with these settings, or the error. */
async function got(env: Record<string, string>, ca: string | undefined, endpoint = origin) {
  const client = new S3Client({
    endpoint,
    region: "us-east-1",
    forcePathStyle: true,
    maxAttempts: 2,
    credentials: { accessKeyId: "a", secretAccessKey: "s" },
    requestHandler: sdkHandler(env, { ca: async () => ca }),
  });
  try {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: "b", Key: "k" }));
    return await Body?.transformToString();
  } catch (error) {
    return error as Error;
  } finally {
    client.destroy();
  }
}

test("an SDK client goes through the proxy, and trusts the certificates that are named", async () => {
  const env = { HTTPS_PROXY: `http://127.0.0.1:${port}` };
  expect(await got(env, made.cert)).toBe("value");
  expect(proxy.asked).toEqual([new URL(origin).host]);
  expect(await got({ ...env, NO_PROXY: "127.0.0.1" }, made.cert)).toBe("value");
  expect(proxy.asked).toHaveLength(1);
});

test("without them, the certificate is refused", async () => {
  expect(await got({}, undefined)).toMatchObject({
    message: expect.stringMatching(/127\.0\.0\.1, issued by "test": self-signed certificate/),
  });
});

test("such an error has the setting and the file of the certificates that were used", async () => {
  const trust = { ca: async () => undefined, authorities: async () => "AWS_CA_BUNDLE: /site.pem" };
  const { httpsAgent: agent } = sdkHandler({}, trust);
  const [error] = await once(get(origin, { agent }), "error");
  expect(error.authorities).toBe("AWS_CA_BUNDLE: /site.pem");
  agent.destroy();
});

test("the proxy that refuses is named", async () => {
  proxy.password = "alice:secret";
  const env = { HTTPS_PROXY: `http://127.0.0.1:${port}` };
  expect(await got(env, made.cert)).toMatchObject({
    name: "ProxyError",
    message: expect.stringContaining(`the proxy 127.0.0.1:${port} wants a user and a password`),
  });
});

test("an endpoint of http is asked through the proxy of HTTP_PROXY, connections are kept", async () => {
  const env = { HTTP_PROXY: `http://alice:secret@127.0.0.1:${port}` };
  proxy.password = "alice:secret";
  expect(await got(env, undefined, plainOrigin)).toBe("plain value");
  expect(proxy.asked).toEqual([`GET ${plainOrigin}/b/k?x-id=GetObject`]);
  expect(await got({ ...env, NO_PROXY: "127.0.0.1" }, undefined, plainOrigin)).toBe("plain value");
  expect(await got({ HTTPS_PROXY: env.HTTP_PROXY }, undefined, plainOrigin)).toBe("plain value");
  expect(proxy.asked).toHaveLength(1);
});

test.each([407, 403, 302])("its answer %s is the proxy's, not AWS's", async (status) => {
  proxy.refusal = status;
  const env = { HTTP_PROXY: `http://127.0.0.1:${port}` };
  expect(await got(env, undefined, plainOrigin)).toMatchObject({
    name: "ProxyError",
    message: expect.stringContaining(`the proxy 127.0.0.1:${port}`),
  });
});

test.each(["https", "http"])("a proxy that fails once is asked again, for %s", async (scheme) => {
  const refusal = { get: () => (proxy.asked.length === 1 ? 503 : undefined), configurable: true };
  Object.defineProperty(proxy, "refusal", refusal);
  try {
    const env = { ALL_PROXY: `http://127.0.0.1:${port}` };
    const [endpoint, value] = scheme === "https" ? [origin, "value"] : [plainOrigin, "plain value"];
    expect(await got(env, made.cert, endpoint)).toBe(value);
    expect(proxy.asked).toHaveLength(2);
  } finally {
    Object.defineProperty(proxy, "refusal", { value: undefined, writable: true });
  }
});

test("an answer of AWS's stays AWS's", async () => {
  const env = { HTTP_PROXY: `http://127.0.0.1:${port}` };
  plainServer.objects.clear();
  plainServer.intercept = (_, response) => void response.setHeader("x-amz-request-id", "1");
  expect(await got(env, undefined, plainOrigin)).toMatchObject({ name: "NoSuchKey" });
});

test("a proxy of https is no way to an endpoint of http", async () => {
  const env = { HTTP_PROXY: `https://127.0.0.1:${port}` };
  expect(await got(env, undefined, plainOrigin)).toMatchObject({
    code: "config",
    message: expect.stringMatching(/^HTTP_PROXY: .*must begin with http/),
  });
});

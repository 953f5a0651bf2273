import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { afterAll, expect, test } from "@jest/globals";
import { ConnectProxy } from "../support/connect-proxy.ts";
import { BUCKET_HOST, REGION } from "./amazon.ts";
import { Authority } from "./authority.ts";
import { expectRefused, expectWorks, sendByAll } from "./clients.ts";
import { behindLine, openSites } from "./open-site.ts";
import type { Site } from "./site.ts";

const { amazon, open, trusting } = openSites();
const other = openSites(`s3.dualstack.${REGION}.amazonaws.com`);
const closing: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (const close of closing) await close();
});

/** Whatever is tried again is another test's matter. */
const ONCE = { AWS_MAX_ATTEMPTS: "1" };
const HOST = new RegExp(BUCKET_HOST.replaceAll(".", "\\."));

/** Another than AWS answers for its names. */
async function answerInstead(site: Site, onConnection: (socket: Socket) => void): Promise<void> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    onConnection(socket);
  });
  server.listen(443, site.filter);
  await once(server, "listening");
  closing.push(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
}

behindLine("without a proxy", () => {
  test("works", async () => {
    const { site, names } = await open();
    expectWorks(await sendByAll(site, "plain", trusting));
    expect(names.asked).toContain(BUCKET_HOST);
  });

  test("works where there is IPv6 alone, at endpoints that have it", async () => {
    const { site } = await other.open({ versions: [6] });
    const all = { AWS_USE_DUALSTACK_ENDPOINT: "true" };
    const trust = {
      ours: { NODE_EXTRA_CA_CERTS: other.world.file },
      aws: { AWS_CA_BUNDLE: other.world.file },
    };
    expectWorks(await sendByAll(site, "six", { all, ...trust }));
    expect(other.amazon().object("six-cli/data.bin")).toHaveLength(1000);
  });

  test("works where the first address of a name leads nowhere", async () => {
    const { site, names } = await open();
    names.resolve = () => [site.filter, site.cloud];
    expectWorks(await sendByAll(site, "two", trusting));
  });

  test.each(["amazonaws.com", ".amazonaws.com", "*", `localhost,${REGION}.amazonaws.com`])(
    "works beside a proxy that refuses, by NO_PROXY %j",
    async (list) => {
      const { site } = await open();
      const proxy = new ConnectProxy();
      closing.push(() => proxy.stop());
      proxy.refusal = 403;
      const port = await proxy.start(site.proxy);
      const all = { HTTPS_PROXY: `http://${site.proxy}:${port}`, NO_PROXY: list };
      expectWorks(await sendByAll(site, `past-${list.length}`, { all, ...trusting }));
      expect(proxy.asked).toEqual([]);
    },
  );
});

behindLine("is refused, and the host is named", () => {
  test("a name that nobody knows", async () => {
    const { site, names } = await open();
    names.resolve = () => [];
    expectRefused(await sendByAll(site, "unknown", { all: ONCE, ...trusting }), HOST);
  });

  test("a filter that resets connections by the name of the host", async () => {
    const { site, names } = await open();
    names.resolve = () => [site.filter];
    await answerInstead(site, (socket) => socket.once("data", () => socket.resetAndDestroy()));
    expectRefused(await sendByAll(site, "reset", { all: ONCE, ...trusting }), HOST);
  });

  test("a portal that answers for all names, without TLS", async () => {
    const { site, names } = await open();
    names.resolve = () => [site.filter];
    const page =
      "HTTP/1.1 302 Found\r\nLocation: http://portal.site.example/\r\nContent-Length: 0\r\n\r\n";
    await answerInstead(site, (socket) => socket.once("data", () => socket.end(page)));
    expectRefused(await sendByAll(site, "portal", { all: ONCE, ...trusting }), HOST);
  });

  test("a portal that answers for all names, with a certificate of its own", async () => {
    const portal = new Authority("Portal").issue(["DNS:portal.site.example"]);
    const { site } = await open({}, portal);
    const sent = await sendByAll(site, "tls-portal", { all: ONCE, ...trusting });
    expectRefused(sent, HOST);
    expectRefused(sent, /issued by "Portal, Portal Root"/);
  });

  test("a host that takes connections, and says nothing", async () => {
    const { site, names } = await open();
    names.resolve = () => [site.filter];
    await answerInstead(site, () => undefined);
    const sent = await sendByAll(site, "mute", { all: ONCE, ...trusting });
    expectRefused(sent, /S3 did not answer within/);
  });
});

behindLine("connections that are reset in the middle", () => {
  test("every third request: works", async () => {
    const { site } = await open();
    let count = 0;
    amazon().intercept = (asked) => {
      count += 1;
      if (count % 3 !== 0) return false;
      asked.socket.resetAndDestroy();
      return true;
    };
    const sent = await sendByAll(site, "resets", trusting);
    amazon().intercept = () => false;
    expectWorks(sent);
  });
});

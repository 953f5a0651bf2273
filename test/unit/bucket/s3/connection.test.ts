import type { Socket } from "node:net";
import { afterEach, describe, expect, test } from "@jest/globals";
import { Connection } from "../../../../bucket/s3/connection.ts";
import type { WireRequest } from "../../../../bucket/s3/http1/wire-request.ts";
import { S3_TIMEOUTS } from "../../../../bucket/s3/s3-timeouts.ts";
import { RawServer } from "../../../support/raw-server.ts";

let server: RawServer;
afterEach(() => server.stop());

const get = {
  method: "GET",
  head: "GET /k HTTP/1.1\r\nhost: h\r\n\r\n",
  body: undefined,
  length: 0,
};
const ok = (body: string, header = "") =>
  `HTTP/1.1 200 OK\r\n${header}Content-Length: ${body.length}\r\n\r\n${body}`;

async function send(
  connection: Connection,
  { origin }: { origin: string } = server,
  request: WireRequest = get,
) {
  return (await connection.socket(origin)).send(request);
}

async function ask(connection: Connection): Promise<string> {
  return (await send(connection)).text();
}

/** Whether it ends in peace or by a reset. */
function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.once("close", () => resolve()));
}

describe("a connection", () => {
  test("carries one request after the other, and a second one those at the same time", async () => {
    server = await RawServer.answering((_, socket) => {
      setImmediate(() => socket.write(ok("a")));
      return undefined;
    });
    const connection = new Connection();
    for (let turn = 0; turn < 5; turn++) expect(await ask(connection)).toBe("a");
    expect(server.sockets).toHaveLength(1);
    await Promise.all([ask(connection), ask(connection)]);
    await Promise.all([ask(connection), ask(connection)]);
    expect(server.sockets).toHaveLength(2);
  });

  test("that the server closes while it is idle is not used again", async () => {
    server = await RawServer.answering((_, socket) => {
      socket.end(ok("a"));
      return undefined;
    });
    const connection = new Connection();
    for (let turn = 0; turn < 3; turn++) {
      expect(await ask(connection)).toBe("a");
      await closed(server.sockets[turn]!);
    }
    expect(server.sockets).toHaveLength(3);
  });

  test("that the server has just begun to close is not used again", async () => {
    server = await RawServer.answering(() => ok("a"));
    const connection = new Connection();
    for (let turn = 0; turn < 20; turn++) {
      expect(await ask(connection)).toBe("a");
      server.sockets.at(-1)!.end();
      // Its end is on the way; sometimes it has come, and the connection is about to close.
      for (let tick = 0; tick < turn % 5; tick++) await new Promise(setImmediate);
      await ask(connection).catch((error: unknown) =>
        // A request that meets the end is an error that is tried again.
        expect(error).toMatchObject({ name: "NetworkError" }),
      );
    }
  });

  test("that the server wants closed is closed", async () => {
    server = await RawServer.answering(() => ok("a", "Connection: close\r\n"));
    const connection = new Connection();
    expect(await ask(connection)).toBe("a");
    await closed(server.sockets[0]!);
    expect(await ask(connection)).toBe("a");
    expect(server.sockets).toHaveLength(2);
  });

  test("on which something comes that nobody asked for is closed", async () => {
    server = await RawServer.answering(() => ok("a"));
    const connection = new Connection();
    expect(await ask(connection)).toBe("a");
    const ended = closed(server.sockets[0]!);
    server.sockets[0]!.write(ok("for somebody else"));
    await ended;
    expect(await ask(connection)).toBe("a");
  });

  test("of which a response was given up is closed, however much of it is on its way", async () => {
    server = await RawServer.answering(() => ok("x".repeat(10_000_000)));
    const connection = new Connection();
    const response = await send(connection);
    const ended = closed(server.sockets[0]!);
    response.cancel();
    await ended;
    await expect(response.text()).rejects.toMatchObject({ name: "NetworkError" });
  });
});

describe("what goes wrong", () => {
  test.each([
    ["a connection that closes without a response", "", "NetworkError"],
    ["one that closes within the head", "HTTP/1.1 200 OK\r\nConte", "NetworkError"],
    ["one that closes within the body", ok("abc").slice(0, -1), "NetworkError"],
    ["a response that is none", "ICY 200 OK\r\n\r\n", "MalformedResponse"],
  ])("%s", async (_, said, name) => {
    server = await RawServer.answering((_request, socket) => {
      socket.end(said);
      return undefined;
    });
    await expect(ask(new Connection())).rejects.toMatchObject({ name });
  });

  test("nobody listens", async () => {
    server = await RawServer.start(() => undefined);
    const { origin } = server;
    await server.stop();
    const asked = send(new Connection(), { origin });
    await expect(asked).rejects.toMatchObject({ name: "NetworkError" });
    server = await RawServer.start(() => undefined);
  });

  test.each([
    ["at all", ""],
    ["to the end of the head", "HTTP/1.1 200 OK\r\n"],
    ["to the end of the body", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\na"],
  ])("a server that does not answer %s is given up", async (_, said) => {
    server = await RawServer.answering(() => said || undefined);
    const connection = new Connection({ timeouts: { ...S3_TIMEOUTS, socketTimeout: 50 } });
    await expect(ask(connection)).rejects.toMatchObject({ name: "TimeoutError" });
  });

  test("a response that trickles without end is given up when the whole has a limit", async () => {
    server = await RawServer.answering((_, socket) => {
      const trickle = setInterval(() => socket.write("x"), 20);
      socket.once("close", () => clearInterval(trickle));
      return "HTTP/1.1 200 OK\r\n\r\n";
    });
    const timeouts = { ...S3_TIMEOUTS, socketTimeout: 10_000, requestTimeout: 150 };
    await expect(ask(new Connection({ timeouts }))).rejects.toMatchObject({ name: "TimeoutError" });
  });
});

describe("a body", () => {
  const size = 8_000_000;
  const body = "0123456789".repeat(size / 10);

  test("comes no faster than it is taken, and whole", async () => {
    server = await RawServer.answering(() => ok(body));
    const response = await send(new Connection());
    let taken = "";
    let isTaking = false;
    let overlaps = 0;
    await response.pipe(async (bytes) => {
      if (isTaking) overlaps += 1;
      isTaking = true;
      const own = bytes.toString("latin1");
      await new Promise(setImmediate);
      taken += own;
      isTaking = false;
    });
    expect(overlaps).toBe(0);
    expect(taken === body).toBe(true);
  });

  test("whose taker fails ends with that very error, and so does its connection", async () => {
    server = await RawServer.answering(() => ok(body));
    for (const fail of [
      () => {
        throw Object.assign(new Error("disk full"), { code: "ENOSPC" });
      },
      () => Promise.reject(Object.assign(new Error("disk full"), { code: "ENOSPC" })),
    ]) {
      const response = await send(new Connection());
      const ended = closed(server.sockets.at(-1)!);
      await expect(response.pipe(fail)).rejects.toMatchObject({ code: "ENOSPC" });
      await ended;
    }
  });

  test("that waits for its taker longer than a server may be silent is not given up", async () => {
    server = await RawServer.answering(() => ok(body));
    const connection = new Connection({ timeouts: { ...S3_TIMEOUTS, socketTimeout: 300 } });
    const response = await send(connection);
    let bytes = 0;
    let waited = false;
    await response.pipe(async ({ length }) => {
      bytes += length;
      // That it takes longer than the time-out is what this is about.
      if (!waited) await new Promise((resolve) => setTimeout(resolve, 700));
      waited = true;
    });
    expect(bytes).toBe(size);
  });
});

test("an idle connection does not keep the program alive; one with a request does", async () => {
  server = await RawServer.answering((request) => (request.includes("wait") ? undefined : ok("a")));
  const connection = new Connection();
  await ask(connection);
  const alive = () =>
    process.getActiveResourcesInfo().filter((name) => name === "TCPSocketWrap").length;
  const idle = alive();
  const head = "GET /wait HTTP/1.1\r\n\r\n";
  const waiting = send(connection, server, { ...get, head });
  await new Promise(setImmediate);
  expect(alive()).toBe(idle + 1);
  server.sockets[0]!.destroy();
  await expect(waiting).rejects.toMatchObject({ name: "NetworkError" });
});

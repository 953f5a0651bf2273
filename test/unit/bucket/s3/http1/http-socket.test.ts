import { Socket } from "node:net";
import { expect, test } from "@jest/globals";
import { proxyFor } from "../../../../../bucket/network/proxy.ts";
import { HttpSocket } from "../../../../../bucket/s3/http1/http-socket.ts";
import { Line } from "../../../../../bucket/s3/line.ts";
import { S3_TIMEOUTS } from "../../../../../bucket/s3/s3-timeouts.ts";

const origin = "http://s3.test:9000";
const env = { HTTP_PROXY: "http://alice:secret@proxy.test:3128" };
const request = { method: "GET", head: "GET / HTTP/1.1\r\n\r\n", body: undefined, length: 0 };

/** The error of a request, to the connection of which `happens` does something. */
async function endOf(happens: (socket: Socket) => void, isForwarded: boolean): Promise<unknown> {
  const socket = new Socket();
  const proxy = proxyFor(new URL(origin), env)!;
  const http = new HttpSocket(() => socket, {
    timeouts: { ...S3_TIMEOUTS, connectionTimeout: 20 },
    line: new Line(),
    piece: 1024,
    forward: isForwarded ? { origin, proxy } : undefined,
    onFree: () => undefined,
    onClose: () => undefined,
  });
  // It stands for one that is on its way.
  Object.assign(socket, { connecting: true });
  const sent = http.send(request).catch((error: unknown) => error);
  happens(socket);
  return sent;
}

const fails = (code: string) => (socket: Socket) =>
  void socket.destroy(Object.assign(new Error(`it says ${code}`), { code }));

test.each([
  ["refuses", fails("ECONNREFUSED"), "NetworkError", "it says ECONNREFUSED"],
  ["has no address", fails("ENOTFOUND"), "NetworkError", "it says ENOTFOUND"],
  ["is out of reach", fails("ETIMEDOUT"), "TimeoutError", "it says ETIMEDOUT"],
  ["says nothing", () => undefined, "TimeoutError", "it did not answer within 0.02 s"],
])("a proxy that %s is named, with its variable", async (_, happens, name, why) => {
  const message = `the proxy proxy.test:3128 (of HTTP_PROXY) cannot be reached: ${why}`;
  const error = await endOf(happens, true);
  expect(error).toMatchObject({ name, message });
  // Where there is none, S3 is.
  const direct = (await endOf(happens, false)) as Error;
  expect(direct.name).toBe(name);
  expect(direct.message).not.toContain("proxy");
});

test("what breaks off once the proxy is reached is not its being out of reach", async () => {
  const error = await endOf((socket) => {
    socket.emit("connect");
    fails("ECONNRESET")(socket);
  }, true);
  expect(error).toMatchObject({ name: "NetworkError", message: "it says ECONNRESET" });
});

test.each([
  ["is in use", 16 * 1024, false],
  ["that was copied is in use no more, but the connection", 4, true],
])(
  "a small body %s until the system has taken it, whatever S3 answers before",
  async (_, length, isCopied) => {
    const socket = new Socket();
    let taken = () => {};
    const hold = (_piece: unknown, _encoding: unknown, done: () => void) => void (taken = done);
    const holdAll = (_pieces: unknown, done: () => void) => void (taken = done);
    Object.assign(socket, { _write: hold, _writev: holdAll });
    let read: (bytes: Buffer) => boolean = () => true;
    const open = (reader: typeof read) => {
      read = reader;
      return socket;
    };
    const free: HttpSocket[] = [];
    const http = new HttpSocket(open, {
      timeouts: S3_TIMEOUTS,
      line: new Line(),
      piece: 64 * 1024,
      onFree: (one) => void free.push(one),
      onClose: () => undefined,
    });
    const body = Buffer.alloc(length, "body");
    const sent = http.send({ ...request, method: "PUT", body, length });
    expect(read(Buffer.from("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"))).toBe(true);
    let isEnded = false;
    const ending = (await sent).text().then(() => (isEnded = true));
    await new Promise(setImmediate);
    expect([isEnded, free.length]).toEqual([isCopied, 0]);
    taken();
    await ending;
    expect(free).toEqual([http]);
    http.close();
  },
);

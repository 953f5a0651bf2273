import { once } from "node:events";
import type { Socket } from "node:net";
import { afterEach, describe, expect, test } from "@jest/globals";
import { Connection } from "../../../../../bucket/s3/connection.ts";
import { RawServer } from "../../../../support/raw-server.ts";

const PIECE = Buffer.alloc(1024 * 1024);
const PIECES = 16;

let server: RawServer;
afterEach(() => server.stop());

/** A server that responses once so many bytes of a request's body are there. */
async function answering(
  afterBytes: number,
  response: string,
  then: (socket: Socket) => void = () => {},
) {
  server = await RawServer.start((socket) => {
    let head = "";
    let bytes = 0;
    let answered = false;
    socket.on("data", (chunk) => {
      bytes += chunk.length;
      if (!head.includes("\r\n\r\n")) head += chunk.toString("latin1");
      const end = head.indexOf("\r\n\r\n");
      if (answered || end < 0 || bytes - end - 4 < afterBytes) return;
      answered = true;
      socket.write(response);
      then(socket);
    });
  });
  return server.origin;
}

async function put(origin: string, body: AsyncIterable<Uint8Array>) {
  const length = PIECES * PIECE.length;
  const head = `PUT /b/k HTTP/1.1\r\ncontent-length: ${length}\r\n\r\n`;
  return (await new Connection().socket(origin)).send({ method: "PUT", head, length, body });
}

/** Sends a large body in pieces; tells how many of them were asked for. */
async function send(origin: string) {
  let asked = 0;
  let done = () => {};
  const ended = new Promise<void>((resolve) => (done = resolve));
  async function* body() {
    try {
      for (; asked < PIECES; asked++) yield PIECE;
    } finally {
      done();
    }
  }
  const response = await put(origin, body());
  const text = await response.text();
  await ended;
  return { status: response.status, text, asked };
}

const refusal = "HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno";
const success = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

test("a body that is refused half-way is not sent to its end, and does not hang", async () => {
  const { status, asked } = await send(await answering(PIECE.length, refusal));
  expect(status).toBe(403);
  expect(asked).toBeLessThan(PIECES);
});

test("a body that is answered the moment its last byte is there ends, whatever Node.js has told of it", async () => {
  const origin = await answering(PIECES * PIECE.length, success);
  for (let turn = 0; turn < 10; turn++)
    expect(await send(origin)).toEqual({ status: 200, text: "ok", asked: PIECES });
});

describe("a success that is told of before S3 has the body is none, and the connection is closed, when it", () => {
  test.each([
    ["reads no more", (socket: Socket) => void socket.pause()],
    ["goes on reading", (socket: Socket) => void socket.resume()],
  ])("%s", async (_, then) => {
    const closed: Promise<unknown>[] = [];
    const sockets: Socket[] = [];
    const origin = await answering(1, success, (socket) => {
      sockets.push(socket);
      closed.push(once(socket, "close"));
      then(socket);
    });
    await expect(send(origin)).rejects.toMatchObject({ name: "NetworkError" });
    // A paused server sees the end once it reads again.
    sockets[0]?.resume();
    await Promise.all(closed);
    expect(closed).toHaveLength(1);
  });
});

test("when the response ends, nothing of the body is used any more", async () => {
  const origin = await answering(1, refusal);
  // Memory that is used for something else once the request is done.
  const window = Buffer.alloc(PIECE.length, "a");
  let isDone = false;
  let usedAfter = 0;
  async function* body() {
    for (let piece = 0; piece < PIECES; piece++) {
      if (isDone) usedAfter += 1;
      // As a read of a file does.
      await new Promise(setImmediate);
      window.fill("b");
      yield window;
    }
  }
  const response = await put(origin, body());
  await response.text();
  isDone = true;
  window.fill("c");
  for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
  expect(usedAfter).toBe(0);
  expect(window.every((byte) => byte === "c".charCodeAt(0))).toBe(true);
});

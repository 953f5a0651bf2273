import { once } from "node:events";
import { type AddressInfo, createServer, type Server } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { Connection } from "../../../../transfer/s3/connection.ts";

/** A server that answers each request as soon as so many bytes of its body are there. */
let answerAfter = 0;
let answer = "";
let server: Server;
let origin: string;

beforeEach(async () => {
  server = createServer((socket) => {
    let head = "";
    let bytes = 0;
    let answered = false;
    socket.on("error", () => undefined);
    socket.on("data", (chunk) => {
      bytes += chunk.length;
      if (!head.includes("\r\n\r\n")) head += chunk.toString("latin1");
      const end = head.indexOf("\r\n\r\n");
      if (answered || end < 0 || bytes - end - 4 < answerAfter) return;
      answered = true;
      socket.write(answer);
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => void server.close());

const PIECE = Buffer.alloc(1024 * 1024);
const PIECES = 16;

/** Sends a large body in pieces; tells how many of them were asked for. */
async function send() {
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
  const answered = await new Connection().send({
    origin,
    method: "PUT",
    head: `PUT /b/k HTTP/1.1\r\ncontent-length: ${PIECES * PIECE.length}\r\n\r\n`,
    length: PIECES * PIECE.length,
    body: body(),
  });
  await answered.discard();
  await ended;
  return { status: answered.status, asked };
}

describe("a large body", () => {
  test("that is refused half-way is not sent to its end, and does not hang", async () => {
    answerAfter = PIECE.length;
    answer = "HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno";
    const { status, asked } = await send();
    expect(status).toBe(403);
    expect(asked).toBeLessThan(PIECES);
  });

  test("that is answered the moment its last byte is there ends, whatever Node.js has told of it", async () => {
    answerAfter = PIECES * PIECE.length;
    answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    for (let turn = 0; turn < 10; turn++)
      expect(await send()).toEqual({ status: 200, asked: PIECES });
  });
});

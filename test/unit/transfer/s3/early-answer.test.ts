import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { afterEach, expect, test } from "@jest/globals";
import { Connection } from "../../../../transfer/s3/connection.ts";

let server: Server | undefined;
const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
  server?.close();
});

/** A server that answers as soon as a request begins; `then` is told of each connection after that. */
async function answersAtOnce(then: (socket: Socket) => void): Promise<string> {
  server = createServer((socket) => {
    sockets.push(socket);
    socket.on("error", () => undefined);
    socket.once("data", () => {
      socket.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
      then(socket);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const PIECE = Buffer.alloc(128 * 1024);
const PIECES = 256;

async function* pieces(): AsyncGenerator<Uint8Array> {
  for (let piece = 0; piece < PIECES; piece++) yield PIECE;
}

function put(origin: string) {
  return new Connection().send({
    origin,
    method: "PUT",
    head: `PUT /b/k HTTP/1.1\r\ncontent-length: ${PIECES * PIECE.length}\r\n\r\n`,
    length: PIECES * PIECE.length,
    body: pieces(),
  });
}

test.each([
  ["reads no more", (socket: Socket) => void socket.pause()],
  ["goes on reading", (socket: Socket) => void socket.resume()],
])(
  "a server that answers before it has the body, and %s: the answer counts, and the connection is closed",
  async (_name, then) => {
    const closed: Promise<unknown>[] = [];
    const origin = await answersAtOnce((socket) => {
      closed.push(once(socket, "close"));
      then(socket);
    });
    const answer = await put(origin);
    expect(await answer.text()).toBe("ok");
    // A paused server sees the end once it reads again.
    sockets[0]?.resume();
    await Promise.all(closed);
    expect(closed).toHaveLength(1);
  },
);

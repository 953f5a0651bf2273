import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";

/** A server that says exactly what a test wants, byte for byte. */
export class RawServer {
  readonly origin: string;
  /** Every connection that was made, open or not. */
  readonly sockets: Socket[] = [];
  readonly #server: Server;

  private constructor(server: Server, scheme: string) {
    this.#server = server;
    this.origin = `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  /** @param onConnection called with each connection */
  static async start(
    onConnection: (socket: Socket) => void,
    tls?: { cert: string; key: string },
  ): Promise<RawServer> {
    const server: Server = tls ? createTlsServer(tls) : createServer();
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const raw = new RawServer(server, tls ? "https" : "http");
    server.on(tls ? "secureConnection" : "connection", (socket) => {
      raw.sockets.push(socket);
      socket.on("error", () => undefined);
      onConnection(socket);
    });
    return raw;
  }

  /** Answers each request, which is taken to have no body, with what `answer` says. */
  static answering(answer: (request: string, socket: Socket) => string | undefined) {
    return RawServer.start((socket) => {
      let text = "";
      socket.on("data", (chunk) => {
        text += chunk.toString("latin1");
        for (let end = text.indexOf("\r\n\r\n"); end >= 0; end = text.indexOf("\r\n\r\n")) {
          const said = answer(text.slice(0, end), socket);
          text = text.slice(end + 4);
          if (said !== undefined) socket.write(said, "latin1");
        }
      });
    });
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, "close");
  }
}

import { once } from "node:events";
import {
  createServer,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from "node:http";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, connect, type Socket } from "node:net";

/** A proxy as sites have them: CONNECT for TLS, whole requests for plain HTTP, with a password where a test wants one. */
export class ConnectProxy {
  /** Hosts and ports that CONNECT has named, and URLs of whole requests. */
  readonly asked: string[] = [];
  /** `user:password` that it wants. */
  password: string | undefined;
  /** Answers every request with this status; undefined: it does what it is asked. */
  refusal: number | undefined;
  /** Where a name leads: tests have no names of AWS. */
  readonly routes = new Map<string, number>();
  /** The same for every name that is not among them. */
  routeOf: (name: string) => number | undefined = () => undefined;
  /** Takes requests, and says nothing. */
  isSilent = false;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  constructor(tls?: { cert: string; key: string }) {
    this.#server = tls ? createTlsServer(tls) : createServer();
    this.#server.on("connection", (socket: Socket) => this.#sockets.add(socket));
    this.#server.on("connect", (asked: IncomingMessage, client: Socket) =>
      this.#tunnel(asked, client),
    );
    this.#server.on("request", (asked: IncomingMessage, response: ServerResponse) =>
      this.#forward(asked, response),
    );
  }

  async start(host = "127.0.0.1"): Promise<number> {
    this.#server.listen(0, host);
    await once(this.#server, "listening");
    return (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, "close");
  }

  /** The status to refuse a request with; undefined: it may go on. */
  #refuses({ headers }: IncomingMessage): number | undefined {
    if (this.refusal !== undefined) return this.refusal;
    if (this.password === undefined) return undefined;
    const wanted = `Basic ${Buffer.from(this.password).toString("base64")}`;
    return headers["proxy-authorization"] === wanted ? undefined : 407;
  }

  #tunnel(asked: IncomingMessage, client: Socket): void {
    this.#sockets.add(client);
    client.on("error", () => undefined);
    const target = `${asked.url}`;
    this.asked.push(target);
    if (this.isSilent) return;
    const status = this.#refuses(asked);
    if (status !== undefined) {
      client.end(`HTTP/1.1 ${status} No\r\nContent-Length: 6\r\n\r\nsorry\n`);
      return;
    }
    const [, host = "", port = ""] = /^\[?(.*?)\]?:(\d+)$/.exec(target) ?? [];
    const to = this.routes.get(host) ?? this.routeOf(host) ?? Number(port);
    const server = connect(to, "127.0.0.1", () => {
      client.write("HTTP/1.1 200 Connection established\r\n\r\n");
      server.pipe(client).pipe(server);
    });
    server.on("error", () => client.destroy());
    client.on("close", () => server.destroy());
    this.#sockets.add(server);
  }

  #forward(asked: IncomingMessage, response: ServerResponse): void {
    this.asked.push(`${asked.method} ${asked.url}`);
    const status = this.#refuses(asked);
    if (status !== undefined || !URL.canParse(`${asked.url}`)) {
      response.writeHead(status ?? 400).end("sorry\n");
      return;
    }
    const { "proxy-authorization": _, ...headers } = asked.headers;
    const onward = request(`${asked.url}`, { method: asked.method ?? "GET", headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on("error", () => response.destroy());
    asked.pipe(onward);
  }
}

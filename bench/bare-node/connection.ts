import { readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";

/** Where objects are. */
export interface Place {
  url: URL;
  bucket: string;
  prefix: string;
  ca: Buffer | undefined;
}

export function placeOf([address = "", bucket = "", prefix = "", ca]: readonly (
  | string
  | undefined
)[]): Place {
  return { url: new URL(address), bucket, prefix, ca: ca ? readFileSync(ca) : undefined };
}

/** Takes a body while it comes; the bytes are lent until it returns. */
type Take = (bytes: Buffer) => void;

/** The fields of an answer's head, by name in lower case. */
export type Fields = Readonly<Record<string, string>>;

interface Request {
  take: Take;
  head: string;
  fields: Fields | undefined;
  left: number;
  done: (fields: Fields) => void;
  fail: (error: Error) => void;
}

const BUFFER = 256 * 1024;
const HEAD_END = "\r\n\r\n";

/** A connection that does one request after the other. */
export class Connection {
  readonly place: Place;
  readonly #socket: Socket;
  #request: Request | undefined;

  private constructor(place: Place, socket: Socket) {
    this.place = place;
    this.#socket = socket;
  }

  static async open(place: Place): Promise<Connection> {
    const { hostname: host, port } = place.url;
    let own: Connection | undefined;
    const onread = {
      buffer: Buffer.allocUnsafeSlow(BUFFER),
      callback: (length: number, bytes: Uint8Array) => {
        if (own) own.#hear((bytes as Buffer).subarray(0, length));
        return true;
      },
    };
    const options = { host, port: Number(port), noDelay: true, onread };
    const isTls = place.ca !== undefined;
    const socket = isTls
      ? connectTls({ ...options, ca: place.ca, servername: host } as never)
      : connect(options);
    await new Promise<void>((resolve, reject) => {
      socket.once(isTls ? "secureConnect" : "connect", () => resolve()).once("error", reject);
    });
    const connection = new Connection(place, socket);
    own = connection;
    socket.on("error", (error: Error) => connection.#request?.fail(error));
    socket.on("close", () => connection.#request?.fail(new Error("the connection was closed")));
    return connection;
  }

  /** Asks for something; resolves with the fields of the answer when all of its body has been taken. */
  ask(method: string, target: string, more: string, body: Buffer, take: Take): Promise<Fields> {
    const { url, bucket } = this.place;
    return new Promise((done, fail) => {
      this.#request = { take, head: "", fields: undefined, left: 0, done, fail };
      const socket = this.#socket;
      socket.cork();
      socket.write(
        `${method} /${bucket}/${target} HTTP/1.1\r\nHost: ${url.host}\r\nContent-Length: ${body.length}\r\n${more}\r\n`,
        "latin1",
      );
      if (body.length > 0) socket.write(body);
      socket.uncork();
    });
  }

  /** The whole body of an answer, as text. */
  async text(method: string, target: string, body = Buffer.alloc(0)): Promise<string> {
    const pieces: Buffer[] = [];
    await this.ask(method, target, "", body, (bytes) => void pieces.push(Buffer.from(bytes)));
    return Buffer.concat(pieces).toString();
  }

  end(): void {
    this.#socket.end();
  }

  #hear(bytes: Buffer): void {
    const request = this.#request;
    if (!request) return;
    let rest = bytes;
    if (!request.fields) {
      const end = bytes.indexOf(HEAD_END);
      request.head += bytes.toString("latin1", 0, end < 0 ? bytes.length : end);
      if (end < 0) return;
      rest = bytes.subarray(end + HEAD_END.length);
      const [status = "", ...lines] = request.head.split("\r\n");
      if (!status.startsWith("HTTP/1.1 2")) return request.fail(new Error(status));
      const fields = Object.fromEntries(lines.map(fieldIn));
      request.fields = fields;
      request.left = Number(fields["content-length"] ?? 0);
    }
    request.left -= rest.length;
    if (rest.length > 0) request.take(rest);
    if (request.left > 0) return;
    this.#request = undefined;
    request.done(request.fields);
  }
}

function fieldIn(line: string): [string, string] {
  const at = line.indexOf(":");
  return [line.slice(0, at).toLowerCase(), line.slice(at + 1).trim()];
}

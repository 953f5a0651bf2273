import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { isIPv6 } from "node:net";

const [A, AAAA] = [1, 28];
const [NO_ERROR, SERVER_FAILURE, NO_SUCH_NAME] = [0, 2, 3];

/** A name server. Source: RFC 1035, section 4, "Messages". */
export class NameServer {
  /** Names that were asked for. */
  readonly asked: string[] = [];
  /** `fails`: says that it cannot tell; `silent`: says nothing. */
  manner: "answers" | "fails" | "silent" = "answers";
  /** Addresses of a name; none: there is no such name. */
  resolve: (name: string) => readonly string[];
  readonly #socket: Socket;

  private constructor(socket: Socket, resolve: (name: string) => readonly string[]) {
    this.#socket = socket;
    this.resolve = resolve;
    socket.on("message", (question, { port, address }) => {
      const answer = this.#answer(question);
      if (answer) socket.send(answer, port, address);
    });
  }

  static async start(
    address: string,
    resolve: (name: string) => readonly string[],
  ): Promise<NameServer> {
    const socket = createSocket(isIPv6(address) ? "udp6" : "udp4");
    socket.bind(53, address);
    await once(socket, "listening");
    return new NameServer(socket, resolve);
  }

  async stop(): Promise<void> {
    this.#socket.close();
    await once(this.#socket, "close");
  }

  #answer(message: Buffer): Buffer | undefined {
    const { name, end } = readName(message);
    const type = message.readUInt16BE(end);
    this.asked.push(name);
    if (this.manner === "silent") return undefined;
    const question = message.subarray(12, end + 4);
    if (this.manner === "fails") return reply(message, SERVER_FAILURE, question, []);
    const all = this.resolve(name);
    if (all.length === 0) return reply(message, NO_SUCH_NAME, question, []);
    const found = all.filter((one) => type === (isIPv6(one) ? AAAA : A));
    return reply(
      message,
      NO_ERROR,
      question,
      found.map((one) => record(type, one)),
    );
  }
}

function readName(message: Buffer): { name: string; end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = message[at] ?? 0; length > 0; length = message[at] ?? 0) {
    labels.push(message.toString("latin1", at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join(".").toLowerCase(), end: at + 1 };
}

function reply(asked: Buffer, code: number, question: Buffer, records: Buffer[]): Buffer {
  const head = Buffer.alloc(12);
  asked.copy(head, 0, 0, 2);
  // An answer, with recursion wanted and available.
  head.writeUInt16BE(0x8180 | code, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(records.length, 6);
  return Buffer.concat([head, question, ...records]);
}

function record(type: number, address: string): Buffer {
  const bytes = type === A ? Buffer.from(address.split(".").map(Number)) : bytes6(address);
  const head = Buffer.alloc(12);
  // The name is that of the question.
  head.writeUInt16BE(0xc00c, 0);
  head.writeUInt16BE(type, 2);
  head.writeUInt16BE(1, 4);
  // Nobody keeps it: a name server that fails is noticed at once.
  head.writeUInt32BE(0, 6);
  head.writeUInt16BE(bytes.length, 10);
  return Buffer.concat([head, bytes]);
}

function bytes6(address: string): Buffer {
  const [left = [], right = []] = address.split("::").map((half) => half.split(":"));
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => "0");
  const groups = [...left, ...zeros, ...right].map((group) => Number.parseInt(group, 16));
  const bytes = Buffer.alloc(16);
  for (const [at, group] of groups.entries()) bytes.writeUInt16BE(group, at * 2);
  return bytes;
}

import type { IncomingMessage } from "node:http";
import { finished } from "node:stream/promises";
import { connectionError } from "./connection-error.ts";

/** An answer whose body has not been read. */
export class Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly #message: IncomingMessage;

  constructor(message: IncomingMessage) {
    const headers: Record<string, string> = {};
    for (const [name, value] of Object.entries(message.headers))
      if (value !== undefined) headers[name] = typeof value === "string" ? value : value.join(", ");
    this.status = message.statusCode ?? 0;
    this.headers = headers;
    this.#message = message;
  }

  /** The body's pieces; throws S3Error when the answer breaks off. */
  async *chunks(): AsyncGenerator<Buffer> {
    try {
      for await (const chunk of this.#message) yield chunk as Buffer;
    } catch (error) {
      throw connectionError(error);
    }
  }

  async bytes(): Promise<Buffer> {
    const chunks: Buffer[] = [];
    for await (const chunk of this.chunks()) chunks.push(chunk);
    return Buffer.concat(chunks);
  }

  async text(): Promise<string> {
    return (await this.bytes()).toString("utf8");
  }

  /** Ends an answer that nobody reads to its end. */
  cancel(): void {
    this.#message.on("error", () => undefined).destroy();
  }

  /** Reads what is left, so that the connection can be used again: answers to writes are short. */
  async discard(): Promise<void> {
    if (this.#message.readableEnded || this.#message.destroyed) return;
    this.#message.resume();
    await finished(this.#message).catch(() => undefined);
  }
}

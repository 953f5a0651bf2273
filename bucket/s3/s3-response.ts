import type { ResponseHead } from "./http1/response-head.ts";
import { S3Error } from "./s3-error.ts";

/**
 * Takes a piece of a body. The bytes are lent only until it returns; when it returns a promise, nothing
 * more comes until that is resolved.
 */
export type Sink = (bytes: Buffer) => void | Promise<void>;

/** Most bytes of a body that are buffered before it is read; the rest must wait. */
const HELD_MAX = 64 * 1024;

/** Bytes of an error, and of other short texts; a page of 1,000 parts has 200 KB. */
const TEXT_MAX = 1024 * 1024;

/** A response whose body may still be on its way. */
export class S3Response {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Ends the connection. */
  readonly #abandon: () => void;
  /** Bytes that came before the body was read. */
  readonly #held: Buffer[] = [];
  #heldBytes = 0;
  #sink: Sink | undefined;
  #ended = false;
  #failure: { error: unknown } | undefined;
  /** Wakes the waiting side: the connection for a reader, or a reader for the end. */
  #wake = () => {};

  /** @param abandon ends a response that is not read to its end */
  constructor({ status, headers }: ResponseHead, abandon: () => void) {
    this.status = status;
    this.headers = headers;
    this.#abandon = abandon;
  }

  /**
   * Gives the body to `sink`, piece by piece.
   *
   * @throws S3Error when the response breaks off, and whatever the sink throws
   */
  async pipe(sink: Sink): Promise<void> {
    try {
      for (let piece = this.#held.shift(); piece; piece = this.#held.shift()) {
        const wait = sink(piece);
        if (wait) await wait;
      }
    } catch (error) {
      this.cancel();
      throw error;
    }
    this.#heldBytes = 0;
    this.#sink = sink;
    this.#wake();
    if (!this.#ended && !this.#failure)
      await new Promise<void>((resolve) => (this.#wake = resolve));
    if (this.#failure) throw this.#failure.error;
  }

  /** As pipe; at once, where all of a short body has come in one piece, and the sink takes it at once. */
  give(sink: Sink): void | Promise<void> {
    const isAll = this.#ended && !this.#failure && this.#held.length === 1;
    return isAll ? sink(this.#held.pop() as Buffer) : this.pipe(sink);
  }

  /**
   * The whole body.
   *
   * @param most bytes
   * @throws S3Error `ResponseTooLarge` when there are more
   */
  async bytes(most: number): Promise<Buffer> {
    const pieces: Buffer[] = [];
    let length = 0;
    await this.pipe((bytes) => {
      length += bytes.length;
      if (length > most)
        throw new S3Error("ResponseTooLarge", `S3's response has more than ${most} bytes`);
      pieces.push(Buffer.from(bytes));
    });
    return pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces);
  }

  /** The same as text in UTF-8. */
  async text(most = TEXT_MAX): Promise<string> {
    return (await this.bytes(most)).toString("utf8");
  }

  /** Ends a response that is not read to its end. */
  cancel(): void {
    if (!this.#ended) this.#abandon();
  }

  /** The beginning of the body, as text in UTF-8, whatever else comes or fails: the words of a refusal. */
  async beginning(most = HELD_MAX): Promise<string> {
    const pieces: Buffer[] = [];
    await this.#read(most, (bytes) => void pieces.push(Buffer.from(bytes)));
    return Buffer.concat(pieces).toString("utf8", 0, most);
  }

  /** Reads what is left, so that the connection can be used again: responses to writes are short. */
  discard(): void | Promise<void> {
    if (!this.#ended) return this.#read(HELD_MAX, () => undefined);
  }

  /** Reads on until there are more than so many bytes, which ends the response; it does not matter how it ends. */
  async #read(most: number, sink: (bytes: Buffer) => void): Promise<void> {
    let length = 0;
    const take = (bytes: Buffer) => {
      sink(bytes);
      length += bytes.length;
      if (length > most) this.cancel();
    };
    await this.pipe(take).catch(() => undefined);
  }

  /** For the connection: as a Sink. */
  take(bytes: Buffer): void | Promise<void> {
    // Its reader has gone.
    if (this.#failure) return undefined;
    if (this.#sink) return this.#sink(bytes);
    this.#held.push(Buffer.from(bytes));
    this.#heldBytes += bytes.length;
    if (this.#heldBytes < HELD_MAX) return undefined;
    return new Promise((resolve) => (this.#wake = resolve));
  }

  /** For the connection: the body is complete. */
  end(): void {
    this.#ended = true;
    this.#wake();
  }

  /** For the connection: nothing more comes. */
  fail(error: unknown): void {
    if (this.#ended) return;
    this.#failure ??= { error };
    this.#wake();
  }
}

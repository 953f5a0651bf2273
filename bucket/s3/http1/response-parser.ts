import { ChunkedBody } from "./chunked-body.ts";
import {
  type Framing,
  framingOf,
  malformed,
  parseHead,
  type ResponseHead,
} from "./response-head.ts";

/** Longest head, with the interim ones before it: S3's own headers and 2 KiB of metadata come to a tenth of it. */
const HEAD_MAX = 64 * 1024;

const NOTHING = Buffer.alloc(0);

/** Callbacks for a response. */
export interface ResponseListener {
  head(head: ResponseHead): void;
  /**
   * Takes a piece of the body, which is lent only until this returns; a promise stops the response until
   * it is resolved.
   */
  body(bytes: Buffer): void | Promise<void>;
  end(): void;
}

/** Reads one response out of the pieces in which a connection brings it. */
export class ResponseParser {
  readonly #method: string;
  readonly #listener: ResponseListener;
  /** The head as far as it has come. */
  #headBytes: Buffer | undefined;
  /** Bytes of interim heads. */
  #interim = 0;
  #framing: Framing | undefined;
  #chunks: ChunkedBody | undefined;
  /** Bytes of the body that are yet to come. */
  #left = 0;
  /** Bytes that were pushed and not looked at. */
  #rest: Buffer = NOTHING;
  #ended = false;
  /** Whether the listener is waited for. */
  #isWaiting = false;

  /** @param method of the request: a response to HEAD has no body, whatever it says */
  constructor(method: string, listener: ResponseListener) {
    this.#method = method;
    this.#listener = listener;
  }

  /** Whether the response is complete. */
  get isEnded(): boolean {
    return this.#ended;
  }

  /**
   * Reads on. Bytes that a wait would outlive are copied.
   *
   * @returns a promise when nothing more may be pushed until it is resolved
   * @throws S3Error `MalformedResponse`, also by the promise
   */
  push(bytes: Buffer): void | Promise<void> {
    if (this.#isWaiting) throw new Error("not read yet");
    this.#rest = bytes;
    return this.#readOn();
  }

  /**
   * The connection has brought its last byte.
   *
   * @returns whether the response is complete with it
   */
  close(): boolean {
    if (!this.#ended && this.#framing?.kind === "close") this.#end();
    return this.#ended;
  }

  #readOn(): void | Promise<void> {
    while (this.#rest.length > 0) {
      const wait = this.#step();
      if (wait === undefined) continue;
      this.#rest = Buffer.from(this.#rest);
      this.#isWaiting = true;
      return wait.then(() => {
        this.#isWaiting = false;
        return this.#readOn();
      });
    }
    return undefined;
  }

  #step(): void | Promise<void> {
    if (this.#ended) throw malformed("it goes on after its end");
    if (this.#framing === undefined) return this.#readHead();
    if (this.#framing.kind === "chunked") {
      this.#chunks ??= new ChunkedBody();
      const { used, data } = this.#chunks.take(this.#rest);
      this.#rest = this.#rest.subarray(used);
      const wait = data && this.#listener.body(data);
      if (this.#chunks.isDone) this.#end();
      return wait;
    }
    const isAll = this.#rest.length <= this.#left;
    const data = isAll ? this.#rest : this.#rest.subarray(0, this.#left);
    this.#rest = isAll ? NOTHING : this.#rest.subarray(data.length);
    this.#left -= data.length;
    const wait = this.#listener.body(data);
    if (this.#left > 0) return wait;
    if (wait) return wait.then(() => this.#end());
    this.#end();
    return undefined;
  }

  #readHead(): void {
    const bytes = this.#headBytes ? Buffer.concat([this.#headBytes, this.#rest]) : this.#rest;
    const end = bytes.indexOf("\r\n\r\n", 0, "latin1");
    if (this.#interim + (end < 0 ? bytes.length : end) > HEAD_MAX)
      throw malformed("its head is too long");
    if (end < 0) {
      this.#headBytes = Buffer.from(bytes);
      this.#rest = bytes.subarray(bytes.length);
      return;
    }
    this.#headBytes = undefined;
    this.#rest = bytes.subarray(end + 4);
    const head = parseHead(bytes.toString("latin1", 0, end));
    // An interim response, such as 100 Continue; the real one follows.
    if (head.status < 200) {
      this.#interim += end + 4;
      return;
    }
    this.#framing = framingOf(head, this.#method);
    this.#left = this.#framing.kind === "length" ? this.#framing.length : Number.POSITIVE_INFINITY;
    this.#listener.head(head);
    if (this.#left === 0) this.#end();
  }

  #end(): void {
    this.#ended = true;
    this.#listener.end();
  }
}

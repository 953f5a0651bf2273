import type { Line } from "../line.ts";
import type { KnownLine } from "../upload-window.ts";

/** Bytes that a slow line brings while a connection's timer runs: then one of many may get nothing of it. */
const SLOW = 4 * 1024 * 1024;
/** Fewer do not fill a line of 512 kbit/s: a connection that is silent beside them has no line to blame. */
const BUSY = 256 * 1024;
/** For so many times of the timer. */
const TIMES_MAX = 6;

/** Tells for how long a connection may be silent before it is given up: as long as the line may be the reason. */
export class Silence {
  readonly #line: Line;
  /** The line when the body that is sent began; undefined: there is none. */
  #known: Readonly<KnownLine> | undefined;
  #silentMs = 0;
  /** Bytes of the connection, and of the line, when they were looked at last. */
  #moved = -1;
  #heard = 0;

  constructor(line: Line) {
    this.#line = line;
  }

  /** A request with a body of so many bytes begins. */
  begin(length: number): void {
    this.#known = length > 0 ? this.#line.uploads.known : undefined;
    this.#moved = -1;
    this.#heard = this.#line.bytes;
  }

  /**
   * Called when a connection has been silent for `ms`.
   *
   * @param moved bytes that it has carried, both ways
   * @param timeout what a server may take to answer
   * @returns milliseconds to go on waiting; 0: it is over
   */
  goOn(ms: number, moved: number, timeout: number): number {
    this.#silentMs = moved === this.#moved ? this.#silentMs + ms : ms;
    this.#moved = moved;
    const { bytes, uploads } = this.#line;
    const heard = bytes - this.#heard;
    this.#heard = bytes;
    const left = timeout + (this.#known ? uploads.patience(this.#known) : 0) - this.#silentMs;
    if (heard === 0) this.#line.silent(this.#silentMs);
    if (left > 0) return Math.min(timeout, Math.max(left, timeout / 10));
    const isSlow = heard >= BUSY && heard < SLOW;
    return isSlow && this.#silentMs < timeout * TIMES_MAX ? timeout : 0;
  }
}

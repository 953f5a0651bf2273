/** How long the rate is looked at, in milliseconds. */
const LOOK_MS = 50;
/** A look counts less with each further one by this factor: pauses are no sign of a slow line. */
const FORGETTING = 0.9;

/**
 * How many pieces have to be asked for beyond those that come, so that something comes all the time: as many as come in the
 * time that an answer takes. On a line that is near or slow these are none. Source: Little's law.
 */
export class AnswersAhead {
  readonly #elapsed: () => number;
  readonly #piece: number;
  /** Milliseconds of the quickest answer. */
  #latency = Number.POSITIVE_INFINITY;
  /** Bytes in a millisecond. */
  #rate = 0;
  #bytes = 0;
  #since: number | undefined;
  #number = 0;

  /**
   * @param elapsed milliseconds by a clock that nobody sets
   * @param piece bytes that are asked for at a time
   */
  constructor(elapsed: () => number, piece: number) {
    this.#elapsed = elapsed;
    this.#piece = piece;
  }

  get number(): number {
    return this.#number;
  }

  /** A small answer took so many milliseconds from the request on. */
  answered(ms: number): void {
    this.#latency = Math.min(this.#latency, ms);
  }

  /**
   * Bytes have come.
   *
   * @returns whether the number is another one now
   */
  heard(bytes: number): boolean {
    const now = this.#elapsed();
    // The time in which the first bytes came is not known.
    if (this.#since === undefined) {
      this.#since = now;
      return false;
    }
    this.#bytes += bytes;
    const ms = now - this.#since;
    if (ms < LOOK_MS) return false;
    this.#rate = Math.max(this.#bytes / ms, this.#rate * FORGETTING);
    this.#since = now;
    this.#bytes = 0;
    const before = this.#number;
    if (Number.isFinite(this.#latency))
      this.#number = Math.round((this.#rate * this.#latency) / this.#piece);
    return this.#number !== before;
  }
}

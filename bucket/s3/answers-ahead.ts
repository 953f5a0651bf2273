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
  /** Bytes in a millisecond. */
  #rate = 0;
  #bytes = 0;
  /** When the look began: before anything came, nobody knows. */
  #since = Number.NEGATIVE_INFINITY;

  /**
   * @param elapsed milliseconds by a clock that nobody sets
   * @param piece bytes that are asked for at a time
   */
  constructor(elapsed: () => number, piece: number) {
    this.#elapsed = elapsed;
    this.#piece = piece;
  }

  /** Pieces that come while an answer takes so many milliseconds; 0 when that is not known, as undefined or infinite. */
  piecesIn(latency: number | undefined): number {
    if (latency === undefined || latency === Number.POSITIVE_INFINITY) return 0;
    return Math.round((this.#rate * latency) / this.#piece);
  }

  /**
   * Bytes have come.
   *
   * @returns whether the rate may be another one now
   */
  heard(bytes: number): boolean {
    const now = this.#elapsed();
    this.#bytes += bytes;
    const ms = now - this.#since;
    if (ms < LOOK_MS) return false;
    this.#rate = Math.max(this.#bytes / ms, this.#rate * FORGETTING);
    this.#since = now;
    this.#bytes = 0;
    return true;
  }
}

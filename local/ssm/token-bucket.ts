/** Seconds of its rate that a bucket holds when nothing was taken for a while. */
const BURST_SECONDS = 2;

/** Lets a number of things through in a second, in the long run, and some more at once. */
export class TokenBucket {
  readonly #perSecond: number;
  readonly #now: () => number;
  #tokens: number;
  #at: number;

  /** @param now milliseconds */
  constructor(perSecond: number, now: () => number) {
    this.#perSecond = perSecond;
    this.#now = now;
    this.#tokens = perSecond * BURST_SECONDS;
    this.#at = now();
  }

  /** Whether one more may go through. */
  take(): boolean {
    const now = this.#now();
    const grown = this.#tokens + ((now - this.#at) / 1000) * this.#perSecond;
    this.#tokens = Math.min(grown, this.#perSecond * BURST_SECONDS);
    this.#at = now;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}

/** Two rings that are no further apart: a function may have left requests beside them without ringing. */
const CLOSE_MS = 5_000;

/**
 * From the last of them until the look that sees those requests. A function leaves the bell alone for as long as it has
 * sent three commands within two seconds (functions/requests/doorbell.ts).
 */
const AFTER_RINGS_MS = 2_500;

/** A ring that comes no sooner after the one before may be alone: longer than CLOSE_MS. */
const ALONE_MS = 10_000;

/** Between looks while requests come that no command was sent for; then every minute is enough. */
const PAUSES_MS = [1_000, 2_000, 4_000, 8_000];

/** Tells when the pending markers are to be looked at before the minute is over. All times in milliseconds. */
export class LookAgain {
  #rungAt = Number.NEGATIVE_INFINITY;
  #afterRings = Number.POSITIVE_INFINITY;
  #next = Number.POSITIVE_INFINITY;
  /** Which pause is next; undefined: nothing comes unasked. */
  #pause: number | undefined;
  /** Whether all that the look found which began last is in hand. */
  #isClear = false;

  /**
   * A command has come.
   *
   * @returns whether it is alone: no other has come for some seconds, no look is under way or due before the minute is over,
   * and the last one has left nothing behind. Then nothing but its own request is expected.
   */
  rung(now: number): boolean {
    const isAlone = now - this.#rungAt >= ALONE_MS && this.#isClear && !Number.isFinite(this.at);
    if (now - this.#rungAt <= CLOSE_MS) this.#afterRings = now + AFTER_RINGS_MS;
    this.#rungAt = now;
    return isAlone;
  }

  /**
   * A look begins: what was to be seen by now is seen.
   *
   * @returns whether it is for requests that functions may have left beside rings
   */
  begins(now: number): boolean {
    const isForRings = this.#afterRings <= now;
    if (isForRings) this.#afterRings = Number.POSITIVE_INFINITY;
    this.#next = Number.POSITIVE_INFINITY;
    this.#isClear = false;
    return isForRings;
  }

  /** All that was found by the look that began last is in hand. */
  cleared(): void {
    this.#isClear = true;
  }

  /** @param unasked it found requests that no command of their own had brought */
  looked(now: number, unasked: boolean): void {
    if (unasked) this.#pause = 0;
    const pause = this.#pause === undefined ? undefined : PAUSES_MS[this.#pause];
    if (pause === undefined || this.#pause === undefined) this.#pause = undefined;
    else {
      this.#pause += 1;
      this.#next = now + pause;
    }
  }

  /** When to look; infinite: with the minute. */
  get at(): number {
    return Math.min(this.#afterRings, this.#next);
  }
}

const GROWTH = 1.25;

/** Pauses between looks at what nobody tells of: short at first, then longer and longer. */
export class GrowingPause {
  readonly #firstMs: number;
  readonly #maxMs: number;
  #nextMs: number;

  constructor(firstMs: number, maxMs: number) {
    this.#firstMs = firstMs;
    this.#maxMs = maxMs;
    this.#nextMs = firstMs;
  }

  /** Milliseconds until the next look. */
  next(): number {
    const ms = this.#nextMs;
    this.#nextMs = Math.min(this.#maxMs, ms * GROWTH);
    return ms;
  }

  /** Something has changed: more may follow soon. */
  reset(): void {
    this.#nextMs = this.#firstMs;
  }
}

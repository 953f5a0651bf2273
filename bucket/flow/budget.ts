/** Bounds how much of something is in use at a time; waiters are served in their order. */
export class Budget {
  #total: number;
  #inUse = 0;
  readonly #waiting: { amount: number; go: () => void }[] = [];

  constructor(total: number) {
    this.#total = total;
  }

  get inUse(): number {
    return this.#inUse;
  }

  /** From now on; what is in use already may be more. */
  set total(total: number) {
    this.#total = total;
    this.#serve();
  }

  /** Runs `task` once `amount` is free; more than the whole budget counts as the whole of it. */
  async spend<T>(amount: number, task: () => Promise<T>): Promise<T> {
    const free = await this.take(amount);
    try {
      return await task();
    } finally {
      free();
    }
  }

  /** Waits until `amount` is free, and takes it; returns what frees it. */
  take(amount: number): Promise<() => void> {
    const share = Math.min(amount, this.#total);
    const free = () => {
      this.#inUse -= share;
      if (this.#waiting.length > 0) this.#serve();
    };
    // Called several times for each file: no asynchronous function of its own.
    if (this.#waiting.length > 0 || this.#inUse + share > this.#total)
      return new Promise((go) => this.#waiting.push({ amount: share, go: () => go(free) }));
    this.#inUse += share;
    return Promise.resolve(free);
  }

  #serve(): void {
    for (
      let next = this.#waiting[0];
      next && this.#inUse + next.amount <= this.#total;
      next = this.#waiting[0]
    ) {
      this.#waiting.shift();
      this.#inUse += next.amount;
      next.go();
    }
  }
}

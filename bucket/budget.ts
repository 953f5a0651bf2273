/** Bounds how much of something is in use at a time; waiters are served in their order. */
export class Budget {
  #free: number;
  readonly #total: number;
  readonly #waiting: { amount: number; go: () => void }[] = [];

  constructor(total: number) {
    this.#total = total;
    this.#free = total;
  }

  /** Runs `task` once `amount` is free; more than the whole budget counts as the whole of it. */
  async spend<T>(amount: number, task: () => Promise<T>): Promise<T> {
    const share = Math.min(amount, this.#total);
    if (this.#waiting.length > 0 || this.#free < share)
      await new Promise<void>((go) => this.#waiting.push({ amount: share, go }));
    else this.#free -= share;
    try {
      return await task();
    } finally {
      this.#free += share;
      this.#serve();
    }
  }

  #serve(): void {
    for (let next = this.#waiting[0]; next && next.amount <= this.#free; next = this.#waiting[0]) {
      this.#waiting.shift();
      this.#free -= next.amount;
      next.go();
    }
  }
}

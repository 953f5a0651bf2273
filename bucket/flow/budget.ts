import { Waiters } from "./waiters.ts";

/** Bounds how much of something is in use at a time; waiters are served in their order. */
export class Budget {
  #total: number;
  #inUse = 0;
  readonly #waiters = new Waiters();

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
    const share = await this.take(amount);
    try {
      return await task();
    } finally {
      this.give(share);
    }
  }

  /** Waits until `amount` is free, and takes it; resolves to what is to be given back: never more than the whole budget. */
  take(amount: number): Promise<number> {
    const share = Math.min(amount, this.#total);
    // Called several times for each file: no asynchronous function of its own.
    if (this.#waiters.first || this.#inUse + share > this.#total)
      return new Promise((go) => this.#waiters.add({ amount, go }));
    this.#inUse += share;
    return Promise.resolve(share);
  }

  /** Gives back a share that was taken. */
  give(share: number): void {
    this.#inUse -= share;
    if (this.#waiters.first) this.#serve();
  }

  #serve(): void {
    for (let { first } = this.#waiters; first; { first } = this.#waiters) {
      // Of the budget as it is by now.
      const share = Math.min(first.amount, this.#total);
      if (this.#inUse + share > this.#total) return;
      this.#waiters.removeFirst();
      this.#inUse += share;
      first.go(share);
    }
  }
}

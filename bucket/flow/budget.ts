interface Waiter {
  amount: number;
  go: (share: number) => void;
  next: Waiter | undefined;
}

/** Bounds how much of something is in use at a time; waiters are served in their order. */
export class Budget {
  #total: number;
  #inUse = 0;
  // Linked, not an array: taking the first of thousands away would move all others.
  #first: Waiter | undefined;
  #last: Waiter | undefined;

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
    if (this.#first || this.#inUse + share > this.#total)
      return new Promise((go) => {
        const waiter = { amount, go, next: undefined };
        if (this.#last) this.#last.next = waiter;
        else this.#first = waiter;
        this.#last = waiter;
      });
    this.#inUse += share;
    return Promise.resolve(share);
  }

  /** Gives back a share that was taken. */
  give(share: number): void {
    this.#inUse -= share;
    if (this.#first) this.#serve();
  }

  #serve(): void {
    for (let waiter = this.#first; waiter; waiter = this.#first) {
      // Of the budget as it is by now.
      const share = Math.min(waiter.amount, this.#total);
      if (this.#inUse + share > this.#total) return;
      this.#first = waiter.next;
      if (!waiter.next) this.#last = undefined;
      this.#inUse += share;
      waiter.go(share);
    }
  }
}

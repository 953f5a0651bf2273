/** Somebody who waits for a share of something. */
export interface Waiter {
  amount: number;
  /** Finds a place, and takes it; undefined: none is needed. */
  place: (() => boolean) | undefined;
  go: (share: number) => void;
}

interface Link extends Waiter {
  next: Link | undefined;
}

/** Those who wait, in their order. */
export class Waiters {
  // Linked, not an array: taking the first of thousands away would move all others.
  #first: Link | undefined;
  #last: Link | undefined;

  /** undefined: nobody waits. */
  get first(): Waiter | undefined {
    return this.#first;
  }

  add(waiter: Waiter): void {
    const link = { ...waiter, next: undefined };
    if (this.#last) this.#last.next = link;
    else this.#first = link;
    this.#last = link;
  }

  /** Takes the first away. */
  removeFirst(): void {
    this.#first = this.#first?.next;
    if (!this.#first) this.#last = undefined;
  }
}

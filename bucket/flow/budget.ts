import { Queue } from "./queue.ts";

/** Whose work something is, told by identity; undefined: nobody's in particular, which is one more owner. */
export type Owner = object | undefined;

/** Somebody who waits for a share. */
interface Waiter {
  amount: number;
  /** The least is first; those that have none are behind all others, in their order. */
  rank: number | undefined;
  /** Finds a place, and takes it; undefined: none is needed. */
  place: (() => boolean) | undefined;
  go: (share: number) => void;
}

/** The share that one owner has, and those of its own that wait. */
interface Account {
  readonly owner: Owner;
  inUse: number;
  readonly waiters: Queue<Waiter>;
  /** Those with a rank, in the order of it. */
  readonly ranked: Waiter[];
}

function firstOf({ ranked, waiters }: Account): Waiter | undefined {
  return ranked[0] ?? waiters.first;
}

function removeFirst({ ranked, waiters }: Account): void {
  if (ranked.length > 0) ranked.shift();
  else waiters.removeFirst();
}

/**
 * Bounds how much of something is in use at a time, and shares it among owners: of those who wait, the one that has the least
 * is served next, and of several that have as little, each in turn; an owner's own are served in their order, or by rank. So one that
 * comes late has its share as soon as others give theirs back, however many of theirs wait. One that has nothing may take
 * some beyond the bound, so that it begins also while nobody gives anything back. For one owner, all are served in their order.
 */
export class Budget {
  #total: number;
  readonly #beyond: number;
  #inUse = 0;
  #waiting = 0;
  /** Of owners that have something or wait, in the order of their turns. */
  readonly #accounts = new Map<Owner, Account>();
  /** That of whoever was here last: often the only one. */
  #last: Account | undefined;
  /** Whose turn it was when there was no room in one piece. It is kept, or others would use up again what comes back. */
  #held: Account | undefined;

  /** @param beyond so much may be in use beyond the total, by owners that had nothing */
  constructor(total: number, beyond = 0) {
    this.#total = total;
    this.#beyond = beyond;
  }

  get inUse(): number {
    return this.#inUse;
  }

  /** From now on; what is in use already may be more. */
  set total(total: number) {
    this.#total = total;
    this.#serve();
  }

  /** Runs `task` once it is the owner's turn and `amount` is free; more than the whole budget counts as the whole of it. */
  async spend<T>(amount: number, task: () => Promise<T>, owner?: Owner): Promise<T> {
    const share = await this.take(amount, owner);
    try {
      return await task();
    } finally {
      this.give(share, owner);
    }
  }

  /**
   * Takes `amount` when it is the owner's turn: what is to be given back, never more than the whole budget; a promise of it,
   * where there is something to wait for.
   *
   * @param place for an amount that has to be in one piece: takes room for it; while there is none (false), nobody who has
   *   something goes before it. There must be some when nothing is in use
   * @param rank of the owner's own, the least is served first, and all that have one before the others
   */
  take(
    amount: number,
    owner?: Owner,
    place?: () => boolean,
    rank?: number,
  ): number | Promise<number> {
    const account = this.#accountOf(owner) ?? this.#open(owner);
    const share = Math.min(amount, this.#total);
    if (this.#waiting === 0 && this.#fits(account, share) && (!place || place())) {
      this.#use(account, share);
      return share;
    }
    const { waiters, ranked } = account;
    return new Promise<number>((go) => {
      const waiter: Waiter = { amount, rank, place, go };
      if (rank === undefined) waiters.add(waiter);
      else {
        const at = ranked.findLastIndex((one) => (one.rank ?? 0) <= rank);
        ranked.splice(at + 1, 0, waiter);
      }
      this.#waiting += 1;
      this.#serve();
    });
  }

  /** Gives back a share that the owner has taken. */
  give(share: number, owner?: Owner): void {
    const account = this.#accountOf(owner);
    if (!account) return;
    this.#use(account, -share);
    if (account.inUse === 0 && !firstOf(account)) this.#close(account);
    if (this.#waiting > 0) this.#serve();
  }

  #accountOf(owner: Owner): Account | undefined {
    if (this.#last && this.#last.owner === owner) return this.#last;
    const account = this.#accounts.get(owner);
    return (this.#last = account);
  }

  #open(owner: Owner): Account {
    const account = { owner, inUse: 0, waiters: new Queue<Waiter>(), ranked: [] };
    this.#accounts.set(owner, account);
    return (this.#last = account);
  }

  #close(account: Account): void {
    this.#accounts.delete(account.owner);
    this.#last = undefined;
  }

  #fits({ inUse }: Account, share: number): boolean {
    const most = inUse === 0 ? this.#total + this.#beyond : this.#total;
    return this.#inUse + share <= most;
  }

  #use(account: Account, share: number): void {
    account.inUse += share;
    this.#inUse += share;
  }

  #serve(): void {
    while (this.#waiting > 0) {
      const account = this.#next();
      const first = account && firstOf(account);
      if (!account || !first) return;
      // Of the budget as it is by now.
      const share = Math.min(first.amount, this.#total);
      // Nor does another go before it, or a large amount would never come to its turn.
      if (!this.#fits(account, share)) return;
      if (first.place && !first.place()) {
        this.#held ??= account;
        return;
      }
      if (account === this.#held) this.#held = undefined;
      removeFirst(account);
      this.#waiting -= 1;
      this.#use(account, share);
      this.#moveBack(account);
      first.go(share);
    }
  }

  /** Behind all others that have as much. */
  #moveBack(account: Account): void {
    if (this.#accounts.size === 1) return;
    this.#accounts.delete(account.owner);
    this.#accounts.set(account.owner, account);
  }

  /** Whose turn it is. */
  #next(): Account | undefined {
    // The only one: it waits, since somebody does.
    if (this.#accounts.size === 1 && this.#last) return this.#last;
    let next: Account | undefined;
    for (const account of this.#accounts.values()) {
      const least = next?.inUse ?? Number.POSITIVE_INFINITY;
      if (firstOf(account) && account.inUse < least) next = account;
    }
    return this.#held && next?.inUse ? this.#held : next;
  }
}

import { Budget, type Owner } from "../flow/budget.ts";

/** Above this many times the least latency seen, requests are taken to wait for one another. */
const QUEUEING = 3;
/** Below this many times, more at once may be had for nothing. */
const UNCROWDED = 1.7;
/** The least latency is forgotten by this factor with each sample: the way to S3 may change. */
const FORGETTING = 1.00002;
/** A thread that is busy for this share of the time waits for nothing: not for the server either. */
const BUSY = 0.97;
/** Then so many times the requests that are under way at its pace if none waits for another are enough ... */
const ENOUGH = 1.3;
/** ... to which the limit falls by this factor at a time at the most. */
const FALL = 0.5;
/** The limit rises by this factor. */
const RISE = 1.5;

export interface RequestLimitOptions {
  /** Requests at once, to begin with. */
  start: number;
  /** Latency alone brings the limit down to this; throttling and time-outs bring it down to 1. */
  low: number;
  /** The same where nothing is waited for but this thread; undefined: that changes nothing. */
  fewest?: number;
  max: number;
  /** Beyond it, by owners that have none under way; 0 unless it is given. */
  beyond?: number;
  /** Bounds the requests of several limits together; undefined: nothing does. */
  within?: Budget | undefined;
  /** The share of the time since it was asked last in which this thread was busy, 0 to 1; undefined: it is never busy. */
  busy?: () => number;
  /** Milliseconds by a clock that nobody sets. */
  elapsed?: () => number;
}

/**
 * How many requests are under way at once. The limit grows while latency does not, as it does where
 * requests wait for a distant server and not for this machine or the line; it is halved when the server
 * asks for less, does not answer in time or cannot be reached, and grows back while it answers.
 */
export class RequestLimit {
  #options: RequestLimitOptions;
  readonly #budget: Budget;
  readonly #elapsed: () => number;
  #limit: number;
  #least = Number.POSITIVE_INFINITY;
  #sum = 0;
  #samples = 0;
  /** Requests that began before this one were under way when the limit was halved last. */
  #halvedAt = 0;
  #begun = 0;
  /** When samples were begun to be taken, in milliseconds. */
  #since: number;
  /** The limit before it was halved, and as far as that is made up for by now; undefined: it is. */
  #cut: { from: number; to: number } | undefined;
  /** Nothing but this thread was waited for when it was looked last. */
  #isBusy = false;

  constructor(options: RequestLimitOptions) {
    this.#options = options;
    this.#elapsed = options.elapsed ?? (() => performance.now());
    this.#since = this.#elapsed();
    this.#limit = options.start;
    this.#budget = new Budget(options.start, options.beyond);
  }

  /** Milliseconds of the quickest small request; infinite: there was none. */
  get least(): number {
    return this.#least;
  }

  /** Requests that may be under way now. */
  get limit(): number {
    return Math.floor(this.#limit);
  }

  /** From now on so many requests, whatever latency is; what has brought the limit down is still made up for step by step. */
  settle(requests: number): void {
    this.#options = { ...this.#options, start: requests, low: requests, max: requests };
    // That fewer were wanted meanwhile makes up for nothing.
    this.#become(Math.min(requests, this.#cut?.to ?? requests));
  }

  /**
   * Runs a request when it is its owner's turn and there is room.
   *
   * @param isOverload says of a failure whether the server is overloaded
   * @param rank as in Budget.take
   */
  async run<T>(
    task: () => Promise<T>,
    isOverload: (error: unknown) => boolean,
    owner?: Owner,
    rank?: number,
  ): Promise<T> {
    const { within } = this.#options;
    const taking = this.#budget.take(1, owner, undefined, rank);
    const share = taking instanceof Promise ? await taking : taking;
    if (within) await within.take(1, owner, undefined, rank);
    const number = ++this.#begun;
    try {
      return await task();
    } catch (error) {
      if (isOverload(error)) this.#halve(number);
      throw error;
    } finally {
      within?.give(1, owner);
      this.#budget.give(share, owner);
    }
  }

  /** Learns how long a small request took, in milliseconds. */
  learn(milliseconds: number): void {
    this.#least = Math.min(milliseconds, this.#least * FORGETTING);
    // Not latency has brought it down that far.
    if (this.#limit < this.#options.low && !this.#isBusy) this.recover();
    // Few at once say nothing about many.
    if (this.#budget.inUse < this.#limit / 2) return;
    this.#sum += milliseconds;
    this.#samples += 1;
    if (this.#samples < this.limit) return;
    const crowding = this.#sum / this.#samples / Math.max(this.#least, 0.1);
    const now = this.#elapsed();
    const pace = this.#samples / Math.max(now - this.#since, 1);
    this.#since = now;
    this.#sum = 0;
    this.#samples = 0;
    const { low, max, busy } = this.#options;
    this.#isBusy = (busy?.() ?? 0) > BUSY;
    if (this.#isBusy) return this.#fall(pace);
    if (crowding > QUEUEING) this.#become(Math.max(Math.min(low, this.#limit), this.#limit * 0.8));
    else if (crowding < UNCROWDED) this.#become(Math.min(max, this.#limit * RISE));
  }

  /**
   * Nothing but this thread was waited for: fewer requests do as much, and what is under way stays in the processor's caches.
   *
   * @param pace requests in a millisecond
   */
  #fall(pace: number): void {
    const { fewest, low } = this.#options;
    const enough = Math.max(fewest ?? low, ENOUGH * pace * this.#least, FALL * this.#limit);
    if (enough < this.#limit) this.#become(enough);
  }

  /** Learns that a request which says nothing about latency succeeded. */
  recover(): void {
    if (this.#limit >= this.#options.start) return;
    this.#become(Math.min(this.#options.start, this.#limit + 1 / this.#limit));
    if (!this.#cut) return;
    this.#cut.to = this.#limit;
    if (this.#cut.to >= this.#cut.from) this.#cut = undefined;
  }

  /** Once for all requests that were under way together. */
  #halve(number: number): void {
    if (number <= this.#halvedAt) return;
    this.#halvedAt = this.#begun;
    const to = Math.max(1, this.#limit / 2);
    this.#cut = { from: Math.max(this.#cut?.from ?? 0, this.#limit), to };
    this.#become(to);
  }

  #become(limit: number): void {
    this.#limit = limit;
    this.#budget.total = this.limit;
  }
}

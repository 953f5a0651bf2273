import type { RateClock } from "../../bucket/flow/rate.ts";

const NS_PER_MS = 1_000_000;

/** A clock for rates on which only the waits of the code under test pass, each as late as `lateMs` says. */
export class RateTestClock implements RateClock {
  #now = 0;
  #timers: { at: number; wake: () => void }[] = [];
  readonly #lateMs: () => number;

  constructor(lateMs = () => 0) {
    this.#lateMs = lateMs;
  }

  /** Milliseconds since the beginning. */
  get ms(): number {
    return this.#now;
  }

  now(): bigint {
    return BigInt(Math.round(this.#now * NS_PER_MS));
  }

  after(ms: number, wake: () => void): void {
    this.#timers.push({ at: this.#now + ms + this.#lateMs(), wake });
  }

  /** Waits that have not passed. */
  get timers(): number {
    return this.#timers.length;
  }

  /** Nobody asks for anything for so long. */
  rest(ms: number): void {
    this.#now += ms;
  }

  /** Lets the next wait pass, and all that it wakes go on; returns whether there was one. */
  async next(): Promise<boolean> {
    const [first] = this.#timers.toSorted((a, b) => a.at - b.at);
    if (!first) return false;
    this.#timers.splice(this.#timers.indexOf(first), 1);
    this.#now = Math.max(this.#now, first.at);
    first.wake();
    await new Promise(setImmediate);
    return true;
  }
}

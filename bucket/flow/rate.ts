const KiB = 1024;

/** A piece takes 1/64 s of the rate: many connections share it without a burst of one of them. */
const PIECES_PER_SECOND = 64;
const PIECE_LEAST = 4 * KiB;
const PIECE_MOST = 256 * KiB;

const NS_PER_SECOND = 1_000_000_000n;
const NS_PER_MS = 1_000_000n;

/** Time that was not used is made up for within so long: timers are late, and the program is busy now and then. */
const MADE_UP_NS = 100n * NS_PER_MS;

/** A clock that all threads of a process share, in nanoseconds, and that nobody sets; and a timer. */
export interface RateClock {
  now: () => bigint;
  after: (ms: number, wake: () => void) => void;
}

const CLOCK: RateClock = {
  now: () => process.hrtime.bigint(),
  after: (ms, wake) => void setTimeout(wake, ms),
};

interface Waiter {
  bytes: bigint;
  go: () => void;
}

/** Memory by which all that share a rate, in several threads, too, know of one another. */
export function sharedPace(): SharedArrayBuffer {
  return new SharedArrayBuffer(BigInt64Array.BYTES_PER_ELEMENT);
}

/**
 * Lets so many bytes a second through, all that share a pace together, whichever way the bytes go. In any time no more than
 * the rate allows for that time and 100 ms, and a piece for each that shares it. Who waits is served in order: with pieces of
 * one size, connections have equal shares, and a small request waits for one piece of each. The pace is the time when the
 * next byte may go. Source: the generic cell rate algorithm, ITU-T I.371.
 */
export class Rate {
  /** Bytes that a connection is to let through at a time, at the most. */
  readonly piece: number;
  readonly #bytesPerSecond: bigint;
  readonly #nextAt: BigInt64Array<SharedArrayBuffer>;
  readonly #clock: RateClock;
  /** The first of them has a place at `#due`. */
  readonly #waiting: Waiter[] = [];
  #due = 0n;

  /** @param bytesPerSecond a whole number above 0; the same for all that share the pace */
  constructor(bytesPerSecond: number, pace: SharedArrayBuffer, clock = CLOCK) {
    const piece = Math.floor(bytesPerSecond / PIECES_PER_SECOND);
    this.piece = Math.min(PIECE_MOST, Math.max(PIECE_LEAST, piece));
    this.#bytesPerSecond = BigInt(bytesPerSecond);
    this.#nextAt = new BigInt64Array(pace);
    this.#clock = clock;
  }

  /** @returns a promise when these bytes are to wait until it is resolved; undefined: they may go now */
  pass(bytes: number): Promise<void> | undefined {
    if (bytes === 0) return undefined;
    const amount = BigInt(bytes);
    if (this.#waiting.length === 0) {
      const due = this.#place(amount);
      if (due <= this.#clock.now()) return undefined;
      this.#due = due;
    }
    return new Promise((go) => {
      if (this.#waiting.push({ bytes: amount, go }) === 1) this.#wait();
    });
  }

  /** Takes the next place for so many bytes; returns when they may go. */
  #place(bytes: bigint): bigint {
    const takes = (bytes * NS_PER_SECOND) / this.#bytesPerSecond;
    for (;;) {
      const next = Atomics.load(this.#nextAt, 0);
      const earliest = this.#clock.now() - MADE_UP_NS;
      const begin = next > earliest ? next : earliest;
      if (Atomics.compareExchange(this.#nextAt, 0, next, begin + takes) === next) return begin;
    }
  }

  #wait(): void {
    const ms = (this.#due - this.#clock.now() + NS_PER_MS - 1n) / NS_PER_MS;
    this.#clock.after(Math.max(0, Number(ms)), () => this.#serve());
  }

  #serve(): void {
    while (this.#due <= this.#clock.now()) {
      this.#waiting.shift()?.go();
      const [next] = this.#waiting;
      if (!next) return;
      this.#due = this.#place(next.bytes);
    }
    this.#wait();
  }
}

const MiB = 1024 * 1024;

/** A call that takes longer, in milliseconds, is slow; beside other work, even a fast disk has some ... */
const SLOW_CALL_MS = 0.4;
/** ... and for a MiB this much longer. */
const SLOW_MIB_MS = 2;
/** Of so many calls ... */
const CALLS = 32;
/** ... so many are slow on a slow disk. */
const SLOW_CALLS = 8;
/** One call that takes this long, in milliseconds, is enough. */
const VERY_SLOW_MS = 100;
/** After this long, in milliseconds, a slow disk is tried again. */
const TRIED_AGAIN_MS = 1_000;

/**
 * Access to a disk. Node.js hands a call of the file system to another thread and back, which takes 10 to
 * 50 µs, while a disk of this machine, or what the system remembers of it, answers within 5 µs. So a disk
 * that answers at once is asked at once; a slow one, as file systems over a network are, is asked
 * through threads, so that nothing else waits for it.
 */
export class Disk {
  readonly #now: () => number;
  #slowUntil: number;
  #calls = 0;
  #slowCalls = 0;

  /**
   * @param now milliseconds, from any beginning
   * @param slowUntil until then it counts as slow, whatever it does
   */
  constructor(
    now: () => number = () => performance.now(),
    slowUntil: number = Number.NEGATIVE_INFINITY,
  ) {
    this.#now = now;
    this.#slowUntil = slowUntil;
  }

  /**
   * Asks the disk.
   *
   * @param now makes the call at once
   * @param later makes the same call through threads
   * @param bytes that are read or written with it
   * @param calls as so many calls it counts, when it is several of the system's: other work may interrupt any of them
   */
  ask<T>(now: () => T, later: () => Promise<T>, bytes = 0, calls = 1): T | Promise<T> {
    const began = this.#now();
    if (began < this.#slowUntil) return later();
    try {
      return now();
    } finally {
      this.#learn(this.#now() - began, bytes, calls);
    }
  }

  #learn(took: number, bytes: number, calls: number): void {
    this.#calls += calls;
    if (took > SLOW_CALL_MS + (SLOW_MIB_MS * bytes) / MiB) this.#slowCalls += 1;
    const letsWait = this.#slowCalls === SLOW_CALLS || took > VERY_SLOW_MS;
    if (letsWait) this.#slowUntil = this.#now() + TRIED_AGAIN_MS;
    if (!letsWait && this.#calls < CALLS) return;
    this.#calls = 0;
    this.#slowCalls = 0;
  }
}

/** The disk with this program's own files: its settings and states, and the agent's journal. */
export const ownDisk = new Disk();

/** Asks any disk through threads: for what is seldom done, and may meet a slow one. */
export const anyDisk = new Disk(() => 0, Number.POSITIVE_INFINITY);

const MiB = 1024 * 1024;

/** A call that takes longer, in milliseconds, is one of a disk that lets wait. */
const SLOW_CALL_MS = 50;
/** What a disk that answers at once takes for a call, in milliseconds, on average ... */
const QUICK_CALL_MS = 0.25;
/** ... and for a MiB besides. */
const QUICK_MIB_MS = 1.5;
/** So many calls are looked at together. */
const CALLS = 32;
/** After this long, in milliseconds, a disk that let wait is tried again. */
const TRIED_AGAIN_MS = 5_000;

/**
 * How a disk is asked. Node.js hands a call of the file system to another thread and back, which takes 30 to
 * 100 µs, while a disk of this machine, or what the system remembers of it, answers within 5 µs. So a disk
 * that answers at once is asked at once; one that lets wait, as file systems over a network do, is asked
 * through threads, so that nothing else waits for it.
 */
export class Disk {
  readonly #now: () => number;
  #slowUntil = Number.NEGATIVE_INFINITY;
  #calls = 0;
  /** What the calls took longer than on a quick disk. */
  #excess = 0;

  /** @param now milliseconds, from any beginning */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /**
   * Asks the disk.
   *
   * @param now makes the call at once
   * @param later makes the same call through threads
   * @param bytes that are read or written with it
   */
  ask<T>(now: () => T, later: () => Promise<T>, bytes = 0): T | Promise<T> {
    const began = this.#now();
    if (began < this.#slowUntil) return later();
    try {
      return now();
    } finally {
      this.#learn(this.#now() - began, bytes);
    }
  }

  #learn(took: number, bytes: number): void {
    this.#calls += 1;
    this.#excess += took - QUICK_CALL_MS - (QUICK_MIB_MS * bytes) / MiB;
    const isSlow = took > SLOW_CALL_MS || this.#excess > QUICK_CALL_MS * CALLS;
    if (isSlow) this.#slowUntil = this.#now() + TRIED_AGAIN_MS;
    if (isSlow || this.#calls === CALLS) {
      this.#calls = 0;
      this.#excess = 0;
    }
  }
}

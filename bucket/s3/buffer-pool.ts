import { Budget, type Owner } from "../flow/budget.ts";
import { PIECE_LEAST, Slab } from "./slab.ts";

/** A part of a large file fits in. */
const SLAB = 8 * 1024 * 1024;

/** Memory is kept for so long, in milliseconds, when nothing of it is lent: a program that rests needs it no more. */
const REST_MS = 1_000;

/**
 * Lends buffers and takes them back, so that many uploads need no more memory than a few. Sizes are powers of two from
 * 4 KiB, which are cut from the same memory: the garbage collector gives large buffers back late, and what was made
 * anew for each change from large sizes to small ones had come to 60 MB. Threads share it.
 */
export class BufferPool {
  readonly #slabBytes: number;
  readonly #budget: Budget;
  #slabs: Slab[] = [];
  #lent = 0;
  /** Whether it is soon looked whether anything is lent. */
  #isLooking = false;

  /**
   * @param max bytes that are lent at a time, over all sizes: 4 KiB at the least
   * @param beyond so many beyond it, to owners that have none
   */
  constructor(max: number, beyond = 0) {
    this.#slabBytes = Math.min(SLAB, 2 ** Math.floor(Math.log2(max)));
    this.#budget = new Budget(max, beyond);
  }

  /** Bytes that the pool holds, lent or not. */
  get allocated(): number {
    return this.#slabs.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** Runs `task` with a buffer of `size` bytes, which is no more than the pool's whole, when it is its owner's turn. */
  async use<T>(size: number, task: (buffer: Buffer) => Promise<T>, owner?: Owner): Promise<T> {
    let length = PIECE_LEAST;
    while (length < size) length *= 2;
    return this.#budget.spend(
      length,
      async () => {
        const [slab, fit] = this.#slabFor(length);
        const buffer = slab.lend(length, fit);
        this.#lent += 1;
        try {
          return await task(buffer.subarray(0, size));
        } finally {
          this.#lent -= 1;
          slab.takeBack(buffer);
          if (this.#lent === 0) this.#restLater();
        }
      },
      owner,
    );
  }

  /** Where a piece fits best, so that long ones stay whole; what is free is scattered only so much. */
  #slabFor(length: number): [Slab, number] {
    let best: [Slab, number] | undefined;
    for (const slab of this.#slabs) {
      const fit = slab.fit(length);
      if (fit === length) return [slab, fit];
      if (fit !== undefined && fit < (best?.[1] ?? Number.POSITIVE_INFINITY)) best = [slab, fit];
    }
    if (best) return best;
    const bytes = Math.max(this.#slabBytes, length);
    const slab = new Slab(bytes);
    this.#slabs.push(slab);
    return [slab, bytes];
  }

  #restLater(): void {
    if (this.#isLooking) return;
    this.#isLooking = true;
    setTimeout(() => {
      this.#isLooking = false;
      if (this.#lent === 0) this.#slabs = [];
    }, REST_MS).unref();
  }
}

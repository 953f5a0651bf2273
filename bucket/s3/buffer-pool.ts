import { Budget, type Owner } from "../flow/budget.ts";
import { PIECE_LEAST, Slabs } from "./slabs.ts";

/** A part of a large file fits in. */
const SLAB = 8 * 1024 * 1024;

/** Memory is kept for so long, in milliseconds, when nothing of it is lent: a program that rests needs it no more. */
const REST_MS = 1_000;

/**
 * Lends buffers and takes them back, so that many uploads need no more memory than a few. Sizes are powers of two from
 * 4 KiB, which are cut from the same memory: the garbage collector gives large buffers back late, and what was made
 * anew for each change from large sizes to small ones had come to 60 MB. There are only so many slabs: what fits nowhere,
 * though there are bytes enough, waits until pieces that are back have become one. Threads share it.
 */
export class BufferPool {
  readonly #most: number;
  readonly #slabs: Slabs;
  readonly #budget: Budget;
  /** Soon it is looked whether anything is lent. */
  #look: NodeJS.Timeout | undefined;

  /**
   * @param max bytes that are lent at a time, over all sizes: 4 KiB at the least
   * @param beyond so many beyond it, to owners that have none
   */
  constructor(max: number, beyond = 0) {
    this.#most = Math.min(SLAB, 2 ** Math.floor(Math.log2(max)));
    this.#slabs = new Slabs(this.#most, Math.ceil((max + beyond) / this.#most));
    this.#budget = new Budget(max, beyond);
  }

  /** Bytes that the pool holds, lent or not: `max` and `beyond` at the most, rounded up to 8 MiB. */
  get allocated(): number {
    return this.#slabs.bytes;
  }

  /**
   * Runs `task` with a buffer of `size` bytes when it is its owner's turn. The task must not wait for another buffer.
   *
   * @param size 8 MiB at the most, or the power of two that is in `max`
   * @throws RangeError when it is more: it would wait for ever
   */
  async use<T>(size: number, task: (buffer: Buffer) => Promise<T>, owner?: Owner): Promise<T> {
    if (size > this.#most) throw new RangeError(`${size} bytes`);
    let length = PIECE_LEAST;
    while (length < size) length *= 2;
    let start = -1;
    const place = () => (start = this.#slabs.lend(length)) >= 0;
    const taking = this.#budget.take(length, owner, place);
    const share = taking instanceof Promise ? await taking : taking;
    try {
      return await task(this.#slabs.at(start, size));
    } finally {
      this.#slabs.takeBack(start, length);
      this.#budget.give(share, owner);
      if (this.#budget.inUse === 0) this.#restLater();
    }
  }

  #restLater(): void {
    if (this.#look) return;
    this.#look = setTimeout(() => {
      this.#look = undefined;
      if (this.#budget.inUse === 0) this.#slabs.rest();
    }, REST_MS).unref();
  }
}

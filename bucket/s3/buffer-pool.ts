import { FairBudget, type Owner } from "../flow/fair-budget.ts";

const SMALLEST = 4 * 1024;

/** Buffers up to this size are kept when none is in use; a program that rests needs the rest no more. */
const KEPT = 1024 * 1024;

/**
 * Lends buffers and takes them back, so that many uploads need no more memory than a few: the garbage
 * collector gives large buffers back late. Sizes are powers of two from 4 KiB. Threads share their memory.
 */
export class BufferPool {
  readonly #max: number;
  readonly #budget: FairBudget;
  readonly #idle = new Map<number, Buffer[]>();
  #allocated = 0;
  #lent = 0;

  /**
   * @param max bytes that are lent at a time, over all sizes
   * @param beyond so many beyond it, to owners that have none
   */
  constructor(max: number, beyond = 0) {
    this.#max = max;
    this.#budget = new FairBudget(max, beyond);
  }

  /** Bytes that the pool holds, lent or not. */
  get allocated(): number {
    return this.#allocated;
  }

  /** Runs `task` with a buffer of `size` bytes, which is no more than the pool's whole, when it is its owner's turn. */
  async use<T>(size: number, task: (buffer: Buffer) => Promise<T>, owner?: Owner): Promise<T> {
    let length = SMALLEST;
    while (length < size) length *= 2;
    return this.#budget.spend(owner, length, async () => {
      const buffer = this.#take(length);
      this.#lent += 1;
      try {
        return await task(buffer.subarray(0, size));
      } finally {
        this.#lent -= 1;
        this.#listOf(length).push(buffer);
        if (this.#lent === 0) this.#dropLarge();
      }
    });
  }

  #take(length: number): Buffer {
    const idle = this.#listOf(length).pop();
    if (idle) return idle;
    // Idle buffers of other sizes make room.
    for (const [other, list] of this.#idle)
      while (this.#allocated + length > this.#max && list.pop()) this.#allocated -= other;
    this.#allocated += length;
    return Buffer.from(new SharedArrayBuffer(length));
  }

  #dropLarge(): void {
    for (const [length, list] of this.#idle)
      if (length > KEPT) this.#allocated -= length * list.splice(0).length;
  }

  #listOf(length: number): Buffer[] {
    let list = this.#idle.get(length);
    if (!list) this.#idle.set(length, (list = []));
    return list;
  }
}

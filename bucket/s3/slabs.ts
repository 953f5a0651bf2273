/** The smallest piece, in bytes. */
export const PIECE_LEAST = 4 * 1024;

/**
 * Memory that threads share, lent in pieces: each is a power of two and lies at a multiple of its length, and two halves
 * that are back become one again (the buddy system: Knuth, The Art of Computer Programming 1, 2.5). The system gives
 * a page of it when it is first written to. It is made of slabs, each when it is first needed.
 */
export class Slabs {
  readonly #slabBytes: number;
  #memory: SharedArrayBuffer[] = [];
  /** Where pieces of a length begin that are free; whole slabs that are not made yet are among them. */
  readonly #free = new Map<number, Set<number>>();

  /**
   * @param slabBytes a power of two from PIECE_LEAST on
   * @param count slabs at the most: 2 GiB in all
   */
  constructor(slabBytes: number, count: number) {
    this.#slabBytes = slabBytes;
    for (let length = slabBytes; length >= PIECE_LEAST; length /= 2)
      this.#free.set(length, new Set());
    for (let slab = 0; slab < count; slab++) this.#free.get(slabBytes)?.add(slab * slabBytes);
  }

  /** Bytes of the slabs that are made. */
  get bytes(): number {
    return this.#memory.length * this.#slabBytes;
  }

  /** Lends a piece of `length` bytes, a power of two. @returns where it begins; -1: no free piece is so long */
  lend(length: number): number {
    for (let fit = length; fit <= this.#slabBytes; fit *= 2) {
      const free = this.#free.get(fit);
      if (!free?.size) continue;
      // The first: so pieces gather in few slabs, and the others stay whole, or are never made.
      const start = Math.min(...free);
      free.delete(start);
      for (let half = fit / 2; half >= length; half /= 2) this.#free.get(half)?.add(start + half);
      return start;
    }
    return -1;
  }

  /** Bytes of a piece. @throws RangeError when the system has no memory for its slab */
  at(start: number, length: number): Buffer {
    const slab = Math.floor(start / this.#slabBytes);
    const memory = (this.#memory[slab] ??= new SharedArrayBuffer(this.#slabBytes));
    return Buffer.from(memory, start % this.#slabBytes, length);
  }

  /** Takes a piece back. */
  takeBack(from: number, whole: number): void {
    let [start, length] = [from, whole];
    // The other half of the piece that both were cut from.
    while (length < this.#slabBytes && this.#free.get(length)?.delete(start ^ length)) {
      start &= ~length;
      length *= 2;
    }
    this.#free.get(length)?.add(start);
  }

  /** Gives all memory up, while nothing is lent. */
  rest(): void {
    this.#memory = [];
  }
}

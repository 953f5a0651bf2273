/** The smallest piece, in bytes. */
export const PIECE_LEAST = 4 * 1024;

/**
 * Memory that threads share, lent in pieces: each is a power of two and lies at a multiple of its length, and two halves
 * that are back become one again (the buddy system: Knuth, The Art of Computer Programming 1, 2.5). The system gives
 * a page of it when it is first written to.
 */
export class Slab {
  readonly bytes: number;
  readonly #memory: SharedArrayBuffer;
  /** Where pieces of a length begin that are free. */
  readonly #free = new Map<number, Set<number>>();

  /** @param bytes a power of two from PIECE_LEAST on */
  constructor(bytes: number) {
    this.bytes = bytes;
    this.#memory = new SharedArrayBuffer(bytes);
    for (let length = bytes; length >= PIECE_LEAST; length /= 2) this.#free.set(length, new Set());
    this.#free.get(bytes)?.add(0);
  }

  /** Length of the shortest free piece from which one of `length` bytes can be cut; undefined: there is none. */
  fit(length: number): number | undefined {
    for (let longer = length; longer <= this.bytes; longer *= 2)
      if (this.#free.get(longer)?.size) return longer;
    return undefined;
  }

  /**
   * Lends a piece.
   *
   * @param fit as `fit` says
   */
  lend(length: number, fit: number): Buffer {
    const [start = 0] = this.#free.get(fit) ?? [];
    this.#free.get(fit)?.delete(start);
    for (let half = fit / 2; half >= length; half /= 2) this.#free.get(half)?.add(start + half);
    return Buffer.from(this.#memory, start, length);
  }

  /** Takes a piece back. */
  takeBack({ byteOffset, length: whole }: Buffer): void {
    let [start, length] = [byteOffset, whole];
    // The other half of the piece that both were cut from.
    while (length < this.bytes && this.#free.get(length)?.delete(start ^ length)) {
      start &= ~length;
      length *= 2;
    }
    this.#free.get(length)?.add(start);
  }
}

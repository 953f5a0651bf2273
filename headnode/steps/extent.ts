/** A transfer of no more than this is small: at 100 Mbit/s it is over in seconds. */
const SMALL_BYTES = 64 << 20;
const SMALL_FILES = 1000;

/** Thrown by a step that carries more than a small transfer: it is called again, in the places of those that take long. */
export class TakesLong extends Error {}

/** How much one call of a step has found to carry, in a place for small transfers. */
export class Extent {
  #files = 0;
  #bytes = 0;

  /**
   * Adds a file, before it is carried.
   *
   * @param bytes its size
   * @throws TakesLong when this is no small transfer
   */
  add(bytes: number): void {
    this.#files += 1;
    this.#bytes += bytes;
    if (this.#files > SMALL_FILES || this.#bytes > SMALL_BYTES)
      throw new TakesLong("the transfer is a large one");
  }
}

/** Work, in bytes, by which a file's own thread may have more to do than another: two ranges. */
const AHEAD = 16 * 1024 * 1024;

/**
 * Which thread writes to which file. The system lets one thread at a time write to a file, and others wait for it, busily; so
 * each has files of its own, as far as that leaves none with much less to do.
 */
export class Writers<Thread> {
  readonly #files = new Map<number, { by: Thread; orders: number }>();

  /**
   * Who is to write to a file: called once for each order.
   *
   * @param file descriptor
   * @param least who has least to do
   * @param loadOf the work in bytes that a thread has to do; infinite: it takes none
   */
  choose(file: number, least: Thread, loadOf: (thread: Thread) => number): Thread {
    const known = this.#files.get(file);
    if (!known) {
      this.#files.set(file, { by: least, orders: 1 });
      return least;
    }
    known.orders += 1;
    const [own, other] = [loadOf(known.by), loadOf(least)];
    const isShared = other <= own && this.#filesOf(known.by) > 1 && this.#filesOf(least) === 0;
    if (own > other + AHEAD || isShared) known.by = least;
    return known.by;
  }

  /** An order for the file has ended. */
  done(file: number): void {
    const known = this.#files.get(file);
    if (!known) return;
    known.orders -= 1;
    // Descriptors are used again.
    if (known.orders === 0) this.#files.delete(file);
  }

  #filesOf(thread: Thread): number {
    let count = 0;
    for (const { by } of this.#files.values()) if (by === thread) count += 1;
    return count;
  }
}

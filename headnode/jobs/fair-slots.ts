/** Bounds how many tasks run at a time; who waits is served in turn, submitter by submitter, of each in its order. */
export class FairSlots {
  #free: number;
  /** In the order of their turns. */
  readonly #lines = new Map<string, (() => void)[]>();

  constructor(total: number) {
    this.#free = total;
  }

  /**
   * Runs a task once it is its turn.
   *
   * @param who the submitter that it counts for
   */
  async run<T>(who: string, task: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free -= 1;
    else await this.#turn(who);
    try {
      return await task();
    } finally {
      this.#next();
    }
  }

  #turn(who: string): Promise<void> {
    return new Promise((go) => {
      const line = this.#lines.get(who);
      if (line) line.push(go);
      else this.#lines.set(who, [go]);
    });
  }

  #next(): void {
    const [first] = this.#lines;
    if (!first) {
      this.#free += 1;
      return;
    }
    const [who, line] = first;
    const go = line.shift();
    // Behind all others.
    this.#lines.delete(who);
    if (line.length > 0) this.#lines.set(who, line);
    go?.();
  }
}

interface Moment {
  at: number;
  /** Of two at the same time, the one that was asked for first. */
  order: number;
  resolve: () => void;
}

/**
 * Time without a clock: whoever sleeps on it goes on at a moment of it, and nothing else takes any time. The same
 * calls lead to the same order, always.
 */
export class Timeline {
  #now = 0;
  #asked = 0;
  /** A binary heap: the earliest first. */
  readonly #moments: Moment[] = [];
  #failure: { error: unknown } | undefined;

  /** Milliseconds since its beginning. */
  readonly now = (): number => this.#now;

  /** Goes on after so many milliseconds. */
  readonly sleep = (milliseconds: number): Promise<void> =>
    new Promise((resolve) => {
      this.#push({ at: this.#now + Math.max(0, milliseconds), order: this.#asked++, resolve });
    });

  /** Calls something after so many milliseconds, unless what is returned is called before. */
  readonly after = (milliseconds: number, call: () => void): (() => void) => {
    let isCancelled = false;
    this.spawn(async () => {
      await this.sleep(milliseconds);
      if (!isCancelled) call();
    });
    return () => {
      isCancelled = true;
    };
  };

  /** Runs something beside everything else; what it throws, `run` throws. */
  spawn(work: () => Promise<void>): void {
    work().catch((error: unknown) => {
      this.#failure ??= { error };
    });
  }

  /**
   * Lets time go on until nobody sleeps any more.
   *
   * @param isOver asked after each moment
   */
  async run(isOver: () => boolean = () => false): Promise<void> {
    await settled();
    for (;;) {
      if (this.#failure) throw this.#failure.error;
      const next = isOver() ? undefined : this.#pop();
      if (!next) return;
      this.#now = next.at;
      next.resolve();
      await settled();
    }
  }

  #push(moment: Moment): void {
    const heap = this.#moments;
    let at = heap.push(moment) - 1;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (!this.#swapIfEarlier(at, above)) break;
      at = above;
    }
  }

  #pop(): Moment | undefined {
    const heap = this.#moments;
    const [first] = heap;
    const last = heap.pop();
    if (last === undefined || first === last) return first;
    heap[0] = last;
    for (let at = 0; ; ) {
      const [left, right] = [2 * at + 1, 2 * at + 2];
      const next = right < heap.length && isEarlier(heap[right], heap[left]) ? right : left;
      if (next >= heap.length || !this.#swapIfEarlier(next, at)) return first;
      at = next;
    }
  }

  /** Whether the lower one had to go up. */
  #swapIfEarlier(lower: number, upper: number): boolean {
    const heap = this.#moments;
    const [a, b] = [heap[lower], heap[upper]];
    if (!a || !b || !isEarlier(a, b)) return false;
    [heap[lower], heap[upper]] = [b, a];
    return true;
  }
}

function isEarlier(a: Moment | undefined, b: Moment | undefined): boolean {
  if (!a || !b) return false;
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}

/** When everything that follows without time has been done: Node.js calls this after all promises. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

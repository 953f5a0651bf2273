/** A queue between two loops that holds at most so many items: the writer waits while it is full. */
export class Channel<T> implements AsyncIterable<T> {
  readonly #most: number;
  readonly #items: T[] = [];
  #ended = false;
  #failure: { error: unknown } | undefined;
  /** The reader has left. */
  #left = false;
  /** Whoever waits: the reader for an item, or writers for room. */
  readonly #waiting: (() => void)[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  /** @returns false once nobody reads any more */
  async push(item: T): Promise<boolean> {
    while (!this.#left && this.#items.length >= this.#most) await this.#change();
    if (this.#left) return false;
    this.#items.push(item);
    this.#wake();
    return true;
  }

  /** Nothing comes any more; what is in it is still read. */
  end(): void {
    this.#ended = true;
    this.#wake();
  }

  /** The reader gets this error at once, in place of what is still in it. */
  fail(error: unknown): void {
    this.#failure ??= { error };
    this.#wake();
  }

  /** The reader reads no more. */
  leave(): void {
    this.#left = true;
    this.#items.length = 0;
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    try {
      for (;;) {
        if (this.#failure) throw this.#failure.error;
        if (this.#items.length > 0) {
          const item = this.#items.shift() as T;
          this.#wake();
          yield item;
        } else if (this.#ended) return;
        else await this.#change();
      }
    } finally {
      this.leave();
    }
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #wake(): void {
    for (const go of this.#waiting.splice(0)) go();
  }
}

/** Reads `source` at once and on, up to `most` items before they are asked for. */
export function readAhead<T>(source: AsyncIterable<T>, most: number): Channel<T> {
  const channel = new Channel<T>(most);
  const read = async () => {
    try {
      for await (const item of source) if (!(await channel.push(item))) return;
      channel.end();
    } catch (error) {
      channel.fail(error);
    }
  };
  void read();
  return channel;
}

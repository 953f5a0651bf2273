interface Question<T> {
  resolve: (answer: T) => void;
  reject: (error: unknown) => void;
}

/** After a call that answered n questions, the next begins (n - 1) times so many milliseconds later, */
const PAUSE_MS = 100;
/** but never later than this: one call a second at most, when many ask. */
const PAUSE_MAX_MS = 1_000;

/**
 * One look at something for all that ask. There is one call at a time. Who asks while it is on its way shares
 * the next one, so that no answer is older than its question. After a call that answered several, a pause
 * collects more of them; a question that comes alone is answered at once.
 */
export class SharedView<T> {
  readonly #read: () => Promise<T>;
  readonly #sleep: (ms: number) => Promise<void>;
  #waiting: Question<T>[] = [];
  #isReading = false;

  constructor(read: () => Promise<T>, sleep: (ms: number) => Promise<void>) {
    this.#read = read;
    this.#sleep = sleep;
  }

  /**
   * The answer of the call that begins now, or next.
   *
   * @throws what the call threw, for all that share it
   */
  ask(): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      if (!this.#isReading) void this.#answer();
    });
  }

  async #answer(): Promise<void> {
    this.#isReading = true;
    // Those that ask in the same turn of the event loop share the first call, too.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const asked = this.#waiting;
      this.#waiting = [];
      try {
        const answer = await this.#read();
        for (const { resolve } of asked) resolve(answer);
      } catch (error) {
        for (const { reject } of asked) reject(error);
      }
      if (asked.length > 1)
        await this.#sleep(Math.min(PAUSE_MAX_MS, (asked.length - 1) * PAUSE_MS));
    }
    this.#isReading = false;
  }
}

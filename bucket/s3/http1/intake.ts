/** Callbacks of an intake. */
export interface IntakeListener {
  /** Takes bytes, lent only until this returns; a promise lets those that follow wait until it is resolved. */
  take(bytes: Buffer): unknown;
  /** Nothing waits any more. */
  ready(): void;
  fail(error: unknown): void;
}

/**
 * Passes on what a connection has read, one piece after the other. A connection that is told to stop may go on: TLS brings
 * all that it has, some 64 KiB. That is copied and comes in its turn.
 */
export class Intake {
  readonly #listener: IntakeListener;
  readonly #late: Buffer[] = [];
  #waiting: Promise<void> | undefined;

  constructor(listener: IntakeListener) {
    this.#listener = listener;
  }

  /** Whether bytes are waited for by whom they were given to. */
  get isWaiting(): boolean {
    return this.#waiting !== undefined;
  }

  /** Whether there are bytes that nobody was given. */
  get hasMore(): boolean {
    return this.#late.length > 0;
  }

  /** Passes bytes on; they are lent only until this returns. False: no more are to be read until it is ready. */
  push(bytes: Buffer): boolean {
    if (this.#waiting) {
      this.#late.push(Buffer.from(bytes));
      return false;
    }
    try {
      const wait = this.#listener.take(bytes);
      if (wait) this.#waiting = this.#goOn(wait);
      return !wait;
    } catch (error) {
      this.#listener.fail(error);
      return true;
    }
  }

  /** Calls `act` when all that was read is taken: now, or later. */
  whenTaken(act: () => void): void {
    if (this.#waiting) void this.#waiting.then(act);
    else act();
  }

  async #goOn(wait: unknown): Promise<void> {
    try {
      await wait;
      for (let next = this.#late.shift(); next; next = this.#late.shift())
        await this.#listener.take(next);
    } catch (error) {
      this.#late.length = 0;
      this.#listener.fail(error);
    }
    this.#waiting = undefined;
    this.#listener.ready();
  }
}

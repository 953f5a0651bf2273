/** Longest delay of setTimeout; it fires at once for more. 24.8 days. */
const LONGEST_MS = 2 ** 31 - 1;

/** A timer for a moment that may be weeks away, as a command's end may be (30 days). It keeps no program from ending. */
export class LongTimer {
  readonly #at: number;
  readonly #call: () => void;
  #timer: NodeJS.Timeout;

  /** @param at milliseconds since the epoch */
  constructor(at: number, call: () => void) {
    this.#at = at;
    this.#call = call;
    this.#timer = this.#start();
  }

  cancel(): void {
    clearTimeout(this.#timer);
  }

  #start(): NodeJS.Timeout {
    const left = this.#at - Date.now();
    if (left <= LONGEST_MS) return setTimeout(this.#call, left).unref();
    return setTimeout(() => {
      this.#timer = this.#start();
    }, LONGEST_MS).unref();
  }
}

import type { Rate } from "../../flow/rate.ts";

/** How one connection keeps to the limit of rate, if there is one. */
export class Paced {
  readonly #rate: Rate | undefined;
  #waits = 0;

  constructor(rate: Rate | undefined) {
    this.#rate = rate;
  }

  /** Whether bytes of the connection wait for the limit, and not for S3. */
  get isWaiting(): boolean {
    return this.#waits > 0;
  }

  /** @returns a promise when these bytes are to wait until it is resolved; undefined: they may go now */
  pass(bytes: number): Promise<void> | undefined {
    const wait = this.#rate?.pass(bytes);
    if (!wait) return undefined;
    this.#waits += 1;
    return wait.then(() => void (this.#waits -= 1));
  }
}

import type { ObjectStore } from "../../bucket/object-store.ts";
import { messageOf } from "../../protocol/error.ts";
import { tidyLiveOutput } from "../live-output/tidy-live-output.ts";
import { type CleanOptions, clean } from "./clean.ts";

const EVERY_MS = 3_600_000;

export interface TidyOptions extends CleanOptions {
  /** Milliseconds until the first time: what is new comes first. */
  afterMs: number;
  /** Where live output is; undefined: none is published. */
  live: ObjectStore | undefined;
  /** Called after each time: every job that ever was has been looked at. */
  onTidied: () => void;
}

/** Removes what is old, every hour: folders on disk and live output in the bucket. */
export class Tidying {
  readonly #options: TidyOptions;
  readonly #first: NodeJS.Timeout;
  readonly #timer: NodeJS.Timeout;

  constructor(options: TidyOptions) {
    this.#options = options;
    this.#first = setTimeout(() => void this.#run(), options.afterMs);
    this.#timer = setInterval(() => void this.#run(), EVERY_MS);
  }

  stop(): void {
    clearTimeout(this.#first);
    clearInterval(this.#timer);
  }

  async #run(): Promise<void> {
    const { live, journal, onTidied } = this.#options;
    await Promise.all([
      this.#removing("old folders", clean(this.#options)),
      live && this.#removing("old live output", tidyLiveOutput(live, journal)),
    ]);
    onTidied();
  }

  async #removing(what: string, work: Promise<void>): Promise<void> {
    await work.catch((error: unknown) =>
      this.#options.log("warn", `${what} cannot be removed`, { error: messageOf(error) }),
    );
  }
}

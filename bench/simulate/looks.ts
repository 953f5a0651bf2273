import { shareNext } from "../../headnode/upkeep/share-next.ts";
import type { Timeline } from "./timeline.ts";

export interface LooksOptions {
  timeline: Timeline;
  /**
   * Looks at all that is pending, and takes it.
   *
   * @param rungFor jobs whose own command has come
   * @returns whether it found others
   */
  look: (rungFor: ReadonlySet<number>) => Promise<boolean>;
}

/** Rings that come so close together mean that some were not rung for. */
const CLOSE_MS = 5000;
const AFTER_CLOSE_MS = 1500;
/** After a look that found what no command had brought. */
const AGAIN_MS = [1000, 2000, 4000, 8000];
const MINUTE_MS = 60_000;

/** When the agent looks: at each ring, some more after many, and once a minute. */
export class Looks {
  readonly #timeline: Timeline;
  readonly #look: () => Promise<boolean>;
  readonly #rungFor = new Set<number>();
  #lastRing = Number.NEGATIVE_INFINITY;
  #series: object | undefined;

  constructor({ timeline, look }: LooksOptions) {
    this.#timeline = timeline;
    this.#look = shareNext(() => look(this.#rungFor));
  }

  /** The command of a job has come. */
  ring(job: number): void {
    const { now, sleep } = this.#timeline;
    this.#rungFor.add(job);
    const isClose = now() - this.#lastRing < CLOSE_MS;
    const at = now();
    this.#lastRing = at;
    this.#timeline.spawn(() => this.#lookAndAgain());
    if (isClose)
      this.#timeline.spawn(async () => {
        await sleep(AFTER_CLOSE_MS);
        if (this.#lastRing === at) await this.#lookAndAgain();
      });
  }

  /** Looks once a minute. */
  start(isOver: () => boolean): void {
    this.#timeline.spawn(async () => {
      while (!isOver()) {
        await this.#lookAndAgain();
        await this.#timeline.sleep(MINUTE_MS);
      }
    });
  }

  async #lookAndAgain(): Promise<void> {
    if (!(await this.#look())) return;
    const series = {};
    this.#series = series;
    for (const wait of AGAIN_MS) {
      await this.#timeline.sleep(wait);
      // A later one has begun anew.
      if (this.#series !== series) return;
      if (await this.#look()) return this.#lookAndAgain();
    }
  }
}

import { type Chance, lognormal } from "./chance.ts";
import type { Values } from "./quotas.ts";
import type { Timeline } from "./timeline.ts";

/** One instance of a function, with its memory: it works on one event at a time. */
export type Handler = (job: number) => Promise<void>;

export interface LambdaQueueOptions {
  timeline: Timeline;
  chance: Chance;
  values: Values;
  /** Instances of the function at a time. */
  concurrency: number;
  /** Makes a further instance. */
  instance: () => Handler;
}

/** S3's events, EventBridge, and Lambda's asynchronous invocations: at least once, in no order. */
export class LambdaQueue {
  readonly #options: LambdaQueueOptions;
  readonly #idle: Handler[] = [];
  #instances = 0;
  /** Events that no function has worked on to the end. */
  pending = 0;
  calls = 0;
  /** Events that found no function free, each time. */
  throttled = 0;

  constructor(options: LambdaQueueOptions) {
    this.#options = options;
  }

  /** The status object of a job was written. */
  created(job: number): void {
    const { chance, values, timeline } = this.#options;
    const copies = chance.of(job, 1).fraction() < values.duplicates ? 2 : 1;
    this.pending += copies;
    for (let copy = 0; copy < copies; copy++)
      timeline.spawn(async () => {
        const random = chance.of(job, 2 + copy);
        await timeline.sleep(lognormal(random, values.eventMs, values.eventSpread));
        await this.#invoke(job, copy);
        this.pending -= 1;
      });
  }

  async #invoke(job: number, copy: number): Promise<void> {
    const { timeline, values, chance } = this.#options;
    const random = chance.of(job, 4 + copy);
    let waitMs = values.lambdaRetryMs;
    let handler = await this.#instance();
    while (!handler) {
      this.throttled += 1;
      // Between half of it and one and a half: Lambda tells no more than that it grows.
      await timeline.sleep(waitMs * (0.5 + random.fraction()));
      waitMs = Math.min(waitMs * 2, values.lambdaRetryLongestMs);
      handler = await this.#instance();
    }
    this.calls += 1;
    await handler(job);
    this.#idle.push(handler);
  }

  /** One that is free; undefined: there may be no more. */
  async #instance(): Promise<Handler | undefined> {
    const { concurrency, instance, timeline, values } = this.#options;
    const idle = this.#idle.pop();
    if (idle || this.#instances >= concurrency) return idle;
    this.#instances += 1;
    const made = instance();
    await timeline.sleep(values.coldStartMs);
    return made;
  }
}

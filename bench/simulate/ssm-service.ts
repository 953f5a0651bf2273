import { TokenBucket } from "../../local/ssm/token-bucket.ts";
import { type Chance, lognormal } from "./chance.ts";
import type { Values } from "./quotas.ts";
import type { Timeline } from "./timeline.ts";

export interface SsmServiceOptions {
  timeline: Timeline;
  chance: Chance;
  values: Values;
  /** Whether a command that was accepted comes to nothing. */
  isLost: (command: number) => boolean;
  /** A command has left its request on the Head Node. */
  onDelivered: (job: number) => void;
}

/** SSM's refusal of a call. */
export class Throttled extends Error {
  override name = "ThrottlingException";
}

/** SSM and its agent on the Head Node: five commands run, five wait, and further ones come again later. */
export class SsmService {
  readonly #options: SsmServiceOptions;
  readonly #bucket: TokenBucket;
  #waiting: (() => Promise<void>)[] = [];
  #running = 0;
  #cpuFreeAt = 0;
  /** Commands that were accepted. */
  sent = 0;
  /** Calls that were throttled. */
  refused = 0;
  /** Commands that the agent had no room for, each time. */
  redelivered = 0;
  /** Jobs whose command has not ended: as ListCommandInvocations tells it. */
  readonly onTheirWay = new Set<number>();

  constructor(options: SsmServiceOptions) {
    this.#options = options;
    this.#bucket = new TokenBucket(options.values.sendsPerSecond, options.timeline.now);
  }

  /** @throws Throttled */
  async send(job: number): Promise<string> {
    const { timeline, values, chance, isLost } = this.#options;
    await timeline.sleep(values.sendMs);
    if (!this.#bucket.take()) {
      this.refused += 1;
      throw new Throttled("Rate exceeded");
    }
    const command = this.sent;
    this.sent += 1;
    this.onTheirWay.add(job);
    if (!isLost(command))
      timeline.spawn(async () => {
        const random = chance.of(command, 6);
        await timeline.sleep(lognormal(random, values.deliveryMs, values.deliverySpread));
        while (!this.#offer(job)) {
          this.redelivered += 1;
          await timeline.sleep(random.fraction() * values.redeliveryMs);
        }
      });
    return `command-${command}`;
  }

  /** Whether the SSM agent has taken it. */
  #offer(job: number): boolean {
    const { values } = this.#options;
    if (this.#running >= values.ssmRunning && this.#waiting.length >= values.ssmWaiting)
      return false;
    this.#waiting.push(() => this.#execute(job));
    this.#next();
    return true;
  }

  #next(): void {
    if (this.#running >= this.#options.values.ssmRunning) return;
    const run = this.#waiting.shift();
    if (!run) return;
    this.#running += 1;
    this.#options.timeline.spawn(async () => {
      await run();
      this.#running -= 1;
      this.#next();
    });
  }

  async #execute(job: number): Promise<void> {
    const { timeline, values, onDelivered } = this.#options;
    this.#cpuFreeAt = Math.max(this.#cpuFreeAt, timeline.now()) + values.ssmCpuMs;
    await timeline.sleep(this.#cpuFreeAt - timeline.now());
    this.onTheirWay.delete(job);
    onDelivered(job);
  }
}

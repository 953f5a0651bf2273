import { eachBounded } from "../../bucket/flow/each-bounded.ts";
import { listQueue, type QueuedRequest } from "../../bucket/job-objects/marker.ts";
import type { ObjectLister } from "../../bucket/object-store.ts";
import { isRefusal } from "../../bucket/s3/retry.ts";
import { CloudSubmitError, messageOf } from "../../protocol/error.ts";
import type { RequestId } from "../../protocol/request.ts";
import type { JobRequest } from "../jobs/job-request.ts";
import type { Requests } from "../jobs/requests.ts";
import type { Journal } from "../journal/journal.ts";
import type { Log } from "../log.ts";
import type { RequestMessage } from "../spool/messages.ts";
import { shareNext } from "../upkeep/share-next.ts";
import { fairOrder } from "./fair-order.ts";
import { LookAgain } from "./look-again.ts";
import type { MarkerRemover } from "./marker-remover.ts";

/** Requests that are taken side by side: most need nothing but the journal. */
const TAKEN_AT_ONCE = 32;

export interface QueueOptions {
  store: ObjectLister;
  requests: Pick<Requests, "take">;
  journal: Pick<Journal, "active">;
  remover: Pick<MarkerRemover, "has" | "keepOnly" | "remove">;
  /** Milliseconds between looks without any other reason. */
  everyMs: number;
  log: Log;
  now: () => Date;
}

/** Outcome of a look: what it has taken, and why others could not be, by name. */
interface Look {
  /** Names of the requests that it has taken. */
  taken: ReadonlySet<string>;
  failed: ReadonlyMap<string, unknown>;
}

/**
 * The requests in the bucket: each has a pending marker from the moment it is claimed. Whatever makes the agent look, one
 * listing brings them all in; a command that is lost, late or refused costs nothing but the time until the next look.
 */
export class Queue {
  readonly #options: QueueOptions;
  readonly #again = new LookAgain();
  readonly #look: () => Promise<Look>;
  /** Messages that have come by commands, until they are taken: which command it was is for the audit. */
  readonly #messages = new Map<string, RequestMessage>();
  /** Keys of the last whole look: a marker that was not there is one that nobody can have taken. */
  #before: ReadonlySet<string> | undefined;
  /** Requests that wait for the next state of the job that their prefix has. */
  readonly #waiting = new Map<string, QueuedRequest>();
  #lookedAt: Date | undefined;
  #every: NodeJS.Timeout | undefined;
  #soon: NodeJS.Timeout | undefined;

  constructor(options: QueueOptions) {
    this.#options = options;
    this.#look = shareNext(() => this.#lookNow());
  }

  /** When the last look began that has brought everything in. */
  get lookedAt(): Date | undefined {
    return this.#lookedAt;
  }

  /** Looks, and again from time to time. */
  start(): void {
    this.#every = setInterval(() => this.look(), this.#options.everyMs);
    this.look();
  }

  stop(): void {
    clearInterval(this.#every);
    clearTimeout(this.#soon);
  }

  /** Looks; what fails waits for the next time. */
  look(): void {
    this.#look().catch((error: unknown) =>
      this.#options.log("warn", "the pending markers cannot be looked at", {
        error: messageOf(error),
      }),
    );
  }

  /**
   * A command has come: everything that is pending is brought in.
   *
   * @throws why the request of the message itself cannot be taken now
   */
  async rung(message: RequestMessage): Promise<void> {
    const name = nameOf(message);
    this.#messages.set(name, message);
    this.#again.rung(this.#options.now().getTime());
    try {
      // Trouble with the listing need not hold up a request that is known by its name.
      const look = await this.#look().catch(() => undefined);
      if (look?.failed.has(name)) throw look.failed.get(name);
      if (!look?.taken.has(name))
        await this.#options.requests.take({ ...message, arrived: "command" });
    } finally {
      if (this.#messages.get(name) === message) this.#messages.delete(name);
      this.#schedule();
    }
  }

  /** A job of this prefix has changed: requests may have waited for that. */
  jobChanged(prefix: string): void {
    for (const [key, queued] of this.#waiting) {
      if (queued.request.prefix !== prefix) continue;
      this.#waiting.delete(key);
      void this.#take(queued, false).catch((error: unknown) => this.#left(queued, error));
    }
  }

  async #lookNow(): Promise<Look> {
    const { store, journal, remover, now } = this.#options;
    const began = now();
    this.#again.begins(began.getTime());
    const keys = new Set<string>();
    const taken = new Set<string>();
    const news: QueuedRequest[] = [];
    const onQuestion = (key: string) => {
      keys.add(key);
      remover.remove([key]);
    };
    for await (const queued of listQueue(store, undefined, onQuestion)) {
      const { key, request } = queued;
      keys.add(key);
      const isInHand =
        remover.has(key) ||
        this.#waiting.has(key) ||
        journal.active(request)?.markers?.includes(key) === true;
      if (!isInHand) news.push(queued);
    }
    const before = this.#before;
    const isUnasked = news.some(({ request }) => !this.#messages.has(nameOf(request)));
    const failed = new Map<string, unknown>();
    await eachBounded(fairOrder(news), TAKEN_AT_ONCE, async (queued) => {
      try {
        await this.#take(queued, before?.has(queued.key) === false);
        taken.add(nameOf(queued.request));
      } catch (error) {
        if (!this.#left(queued, error)) failed.set(nameOf(queued.request), error);
      }
    });
    remover.keepOnly(keys);
    this.#before = keys;
    // One object that S3 does not give is trouble of its own request: else its owner could have all others given up.
    if ([...failed.values()].every(isRefusal)) this.#lookedAt = began;
    this.#again.looked(now().getTime(), isUnasked && before !== undefined);
    this.#schedule();
    return { taken, failed };
  }

  /** @param isFresh no agent can have taken it before */
  async #take({ key, request, asked }: QueuedRequest, isFresh: boolean): Promise<void> {
    const message = this.#messages.get(nameOf(request));
    const arrived = message ? "command" : this.#messages.size > 0 ? "other-command" : "look";
    const job: JobRequest = {
      ...request,
      requester: asked?.account ?? message?.requester,
      ...(message && { command: message.command }),
      arrived,
      marker: { key, asked: isFresh ? asked : undefined },
    };
    await this.#options.requests.take(job);
  }

  /** @returns whether it waits for the job that its prefix has: it is in hand */
  #left(queued: QueuedRequest, error: unknown): boolean {
    const { key, request } = queued;
    const isWaiting = error instanceof CloudSubmitError && error.code === "active-job";
    if (isWaiting) this.#waiting.set(key, queued);
    this.#options.log("warn", "a request is left for later", {
      ...request,
      error: messageOf(error),
    });
    return isWaiting;
  }

  #schedule(): void {
    clearTimeout(this.#soon);
    const ms = this.#again.at - this.#options.now().getTime();
    if (Number.isFinite(ms)) this.#soon = setTimeout(() => this.look(), Math.max(0, ms)).unref();
  }
}

function nameOf({ prefix, action, submission }: RequestId): string {
  return `${prefix}/${action}-${submission}`;
}

import { listQueue, type QueuedRequest } from "../../bucket/job-objects/marker.ts";
import type { ObjectLister } from "../../bucket/object-store.ts";
import { isRefusal } from "../../bucket/s3/retry.ts";
import { CloudSubmitError, messageOf } from "../../protocol/error.ts";
import type { Arrived } from "../../protocol/event.ts";
import { LEFT_MAX } from "../../protocol/heartbeat.ts";
import { isQuestionKey } from "../../protocol/marker.ts";
import { requestName } from "../../protocol/request.ts";
import { FairSlots } from "../jobs/fair-slots.ts";
import type { JobRequest } from "../jobs/job-request.ts";
import type { Requests } from "../jobs/requests.ts";
import type { Journal } from "../journal/journal.ts";
import type { Log } from "../log.ts";
import type { RequestMessage } from "../spool/messages.ts";
import { shareNext } from "../upkeep/share-next.ts";
import { fairOrder, timeOf, turnOf } from "./fair-order.ts";
import { LookAgain } from "./look-again.ts";
import type { MarkerRemover } from "./marker-remover.ts";
import type { Unmarked } from "./unmarked.ts";

/** Requests that are taken side by side: most need nothing but the journal. */
const TAKEN_AT_ONCE = 32;

export interface QueueOptions {
  store: ObjectLister;
  requests: Pick<Requests, "take" | "takeUnseen">;
  journal: Pick<Journal, "active">;
  remover: Pick<MarkerRemover, "has" | "keepOnly" | "remove">;
  unmarked: Pick<Unmarked, "begins">;
  /** Milliseconds between looks without any other reason. */
  everyMs: number;
  log: Log;
  now: () => Date;
}

/** A look that has come to its end. */
export interface QueueLook {
  began: Date;
  /** Names of the requests that could not be taken, the oldest ones of them: all others are in hand. */
  left: string[];
}

/** The requests that a look has found, by name: each resolves once it is taken, or waits for its prefix's job. */
type Look = ReadonlyMap<string, Promise<void>>;

/**
 * The requests in the bucket: each has a pending marker from the moment it is claimed. Whatever makes the agent look, one
 * listing brings them all in; a command that is lost, late or refused costs nothing but the time until the next look.
 * A command that is alone brings its own request, and needs no look.
 */
export class Queue {
  readonly #options: QueueOptions;
  readonly #again = new LookAgain();
  readonly #look: () => Promise<Look>;
  /** Messages that have come by commands, until they are taken: which command it was is for the audit. */
  readonly #messages = new Map<string, RequestMessage>();
  /** Keys of the last whole look: a marker that was not there is one that nobody can have taken. */
  #before: ReadonlyMap<string, QueuedRequest> | undefined;
  /** Keys of markers that wait for their turn, or are being taken. */
  readonly #taking = new Set<string>();
  readonly #slots = new FairSlots(TAKEN_AT_ONCE);
  /** Prefixes of which a request was taken without a look since the last one: what their markers' keys tell may be out of date. */
  readonly #unseen = new Set<string>();
  #takingUnseen: string | undefined;
  #looks = 0;
  #isStopped = false;
  /** Requests that wait for the next state of the job that their prefix has. */
  readonly #waiting = new Map<string, QueuedRequest>();
  #looked: QueueLook | undefined;
  #every: NodeJS.Timeout | undefined;
  #soon: NodeJS.Timeout | undefined;

  constructor(options: QueueOptions) {
    this.#options = options;
    this.#look = shareNext(() => this.#lookNow());
  }

  /** The last look that has come to its end. */
  get looked(): QueueLook | undefined {
    return this.#looked;
  }

  /** Looks, and again from time to time. */
  start(): void {
    this.#every = setInterval(() => this.look(), this.#options.everyMs);
    this.look();
  }

  stop(): void {
    this.#isStopped = true;
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
   * A command has come: its request is brought in, and with it everything that is pending, unless it is alone.
   *
   * @throws why the request of the message itself cannot be taken now
   */
  async rung(message: RequestMessage): Promise<void> {
    const name = requestName(message);
    const isAlone = this.#again.rung(this.#options.now().getTime()) && this.#messages.size === 0;
    this.#messages.set(name, message);
    try {
      if (isAlone && (await this.#takeUnseen(message))) return;
      // Trouble with the listing need not hold up a request that is known by its name.
      const look = await this.#look().catch(() => undefined);
      const own = look?.get(name);
      await (own ?? this.#options.requests.take({ ...message, arrived: "command" }));
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
      void this.#take(queued, false, "look").catch((error: unknown) => this.#left(queued, error));
    }
  }

  /** @returns false: a look is needed, for whatever reason */
  async #takeUnseen(message: RequestMessage): Promise<boolean> {
    const { prefix } = message;
    if (this.#isStopped) return false;
    this.#unseen.add(prefix);
    this.#takingUnseen = prefix;
    try {
      return await this.#options.requests.takeUnseen({ ...message, arrived: "command" });
    } catch {
      return false;
    } finally {
      this.#takingUnseen = undefined;
    }
  }

  async #lookNow(): Promise<Look> {
    const { store, journal, remover, unmarked, now } = this.#options;
    const began = now();
    const seeFound = unmarked.begins();
    this.#looks += 1;
    // Those that are taken beside this look stay for the next one.
    const unseen = new Set(this.#unseen);
    const listed = [...unseen].filter((prefix) => prefix !== this.#takingUnseen);
    const isForRings = this.#again.begins(began.getTime());
    const cause = isForRings || this.#messages.size > 0 ? "other-command" : "look";
    const seen = new Map<string, QueuedRequest>();
    const news: QueuedRequest[] = [];
    const listing = { known: this.#before, onQuestion: (key: string) => remover.remove([key]) };
    for await (const queued of listQueue(store, undefined, listing)) {
      const { key, request } = queued;
      seen.set(key, queued);
      const isInHand =
        remover.has(key) ||
        this.#waiting.has(key) ||
        this.#taking.has(key) ||
        journal.active(request)?.markers?.includes(key) === true;
      if (!isInHand) news.push(queued);
    }
    void seeFound(new Set([...seen.values()].map(({ request }) => requestName(request))));
    const before = this.#before;
    remover.keepOnly({ has: (key) => seen.has(key) || isQuestionKey(key) });
    this.#before = seen;
    for (const prefix of listed) this.#unseen.delete(prefix);
    const isUnasked = news.some(
      ({ request }) => !this.#messages.has(requestName(request)) && !unseen.has(request.prefix),
    );
    const ofPrefix = new Map<string, number>();
    for (const { request } of news)
      ofPrefix.set(request.prefix, (ofPrefix.get(request.prefix) ?? 0) + 1);
    const outcomes = new Map<string, Promise<void>>();
    // Not waited for: thousands take their time, and a command's own request does not wait behind them.
    for (const queued of fairOrder(news)) {
      const { key, request } = queued;
      // Of several, the status object says which one was written last.
      const isFresh =
        before?.has(key) === false &&
        ofPrefix.get(request.prefix) === 1 &&
        !unseen.has(request.prefix);
      this.#taking.add(key);
      const take = () => this.#take(queued, isFresh, cause);
      // SSM brings few at a time: these do not wait for their turn.
      const isCommand = this.#messages.has(requestName(request));
      const outcome = (isCommand ? take() : this.#slots.run(turnOf(queued), take))
        .catch((error: unknown) => {
          if (!this.#left(queued, error)) throw error;
        })
        .finally(() => this.#taking.delete(key));
      outcome.catch(() => undefined);
      outcomes.set(requestName(request), outcome);
    }
    void this.#note(began, this.#looks, outcomes, seen);
    this.#again.looked(now().getTime(), isUnasked && before !== undefined);
    this.#schedule();
    return outcomes;
  }

  /** Notes what a look has brought in, once that is over: trouble with one request is no other's, whatever it is. */
  async #note(
    began: Date,
    look: number,
    outcomes: Look,
    seen: ReadonlyMap<string, QueuedRequest>,
  ): Promise<void> {
    const failed = new Set<string>();
    const note = (name: string) => (error: unknown) => void (isWaiting(error) || failed.add(name));
    await Promise.all([...outcomes].map(([name, outcome]) => outcome.catch(note(name))));
    const ages = new Map([...seen.values()].map((one) => [requestName(one.request), timeOf(one)]));
    const left = [...failed]
      .toSorted((one, other) => (ages.get(one) ?? 0) - (ages.get(other) ?? 0))
      .slice(0, LEFT_MAX);
    if (began >= (this.#looked?.began ?? began)) this.#looked = { began, left };
    if (look === this.#looks && left.length === 0) this.#again.cleared();
  }

  /** @param isFresh no agent can have taken it before */
  async #take(
    { key, request, asked }: QueuedRequest,
    isFresh: boolean,
    cause: Arrived,
  ): Promise<void> {
    // It is in the bucket for the next agent.
    if (this.#isStopped) return;
    const message = this.#messages.get(requestName(request));
    const arrived = message ? "command" : cause;
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

/**
 * Whether a request that fails so is in hand all the same: it waits for Slurm, however long that takes; or S3 refuses an object of
 * its own, and asking again does not help.
 */
function isWaiting(error: unknown): boolean {
  return isRefusal(error) || (error instanceof CloudSubmitError && error.code === "slurm");
}

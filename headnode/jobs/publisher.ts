import { type EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { CloudSubmitError, messageOf } from "../../protocol/error.ts";
import { putEventsErrors, type StateChange, stateChangeEntry } from "../../protocol/event.ts";
import type { JobEntry } from "../journal/job-entry.ts";
import type { Journal } from "../journal/journal.ts";
import type { Log } from "../log.ts";

/** Calls that are on their way at a time. */
const CALLS_AT_ONCE = 2;
/** Changes in a call: PutEvents takes no more. */
const CHANGES_PER_CALL = 10;
/** Bytes of the changes in a call: PutEvents takes 256 KB, names included. */
const BYTES_PER_CALL = 200_000;
/** Ended submissions that stay in memory for their changes' sake: where EventBridge is never let through, all would. */
const ENDED_MAX = 10_000;

/**
 * Sends state changes, at most ten.
 *
 * @returns for each change, in their order, why it was not taken; undefined: it was
 * @throws what says that none was taken
 */
export type PublishStateChanges = (changes: readonly StateChange[]) => Promise<unknown[]>;

/** Publishes on an EventBridge bus. */
export function publishOnBus(client: EventBridgeClient, bus: string): PublishStateChanges {
  return async (changes) => {
    const Entries = changes.map((change) => stateChangeEntry(bus, change));
    return putEventsErrors(await client.send(new PutEventsCommand({ Entries })));
  };
}

/** A change in a call; it is the first one in its entry's outbox. */
interface Sent {
  entry: JobEntry;
  change: StateChange;
}

/**
 * Empties the journal's outboxes. Nothing waits for EventBridge: what could not be published stays in the journal and is
 * tried again, so every change is published at least once. While EventBridge does not answer, only a few try.
 *
 * A change that comes alone is sent at once; those that come while calls are on their way share the next ones. Each of
 * a call may fail alone, so no call has two of one submission: they stay in their order.
 */
export class Publisher {
  readonly #journal: Journal;
  readonly #publish: PublishStateChanges;
  readonly #log: Log;
  /** Entries whose next change is in no call, in the order in which they came. */
  readonly #waiting = new Set<JobEntry>();
  /** Entries that have a change in a call. */
  readonly #busy = new Set<JobEntry>();
  #senders = 0;
  /** EventBridge has not answered; until when it is asked again, changes are left in the journal. */
  #isAway = false;
  #stopped = false;

  readonly #endedMax: number;

  constructor(journal: Journal, publish: PublishStateChanges, log: Log, endedMax = ENDED_MAX) {
    this.#endedMax = endedMax;
    this.#journal = journal;
    this.#publish = publish;
    this.#log = log;
  }

  /** Publishes what the entry's outbox holds, in order; returns when nothing is left to begin. */
  async flush(entry: JobEntry): Promise<void> {
    await this.#send([entry]);
  }

  /** Publishes what all outboxes hold, also when EventBridge did not answer before. */
  async flushAll(): Promise<void> {
    this.#isAway = false;
    await this.#giveUp();
    await this.#send(this.#journal.all());
  }

  async #send(entries: JobEntry[]): Promise<void> {
    if (this.#isAway) return;
    for (const entry of entries)
      if (entry.outbox.length > 0 && !this.#busy.has(entry)) this.#waiting.add(entry);
    const begun: Promise<void>[] = [];
    while (this.#waiting.size > 0 && this.#senders < CALLS_AT_ONCE) begun.push(this.#work());
    await Promise.all(begun);
  }

  /** Makes one call after the other while something waits. */
  async #work(): Promise<void> {
    this.#senders += 1;
    for (let call = this.#next(); call.length > 0; call = this.#next()) {
      await this.#call(call);
      for (const { entry, change } of call) {
        this.#busy.delete(entry);
        const [next] = entry.outbox;
        // One that was not taken waits for the next time.
        if (next && next !== change) this.#waiting.add(entry);
      }
    }
    // No await between the last look and this: nothing that came in between is left waiting.
    this.#senders -= 1;
  }

  /** The changes of the next call. */
  #next(): Sent[] {
    const call: Sent[] = [];
    if (this.#isAway || this.#stopped) this.#waiting.clear();
    let room = BYTES_PER_CALL;
    for (const entry of this.#waiting) {
      const [change] = entry.outbox;
      if (change) {
        room -= Buffer.byteLength(JSON.stringify(change));
        // One that is too large for any call is refused alone.
        if (call.length === CHANGES_PER_CALL || (room < 0 && call.length > 0)) break;
        call.push({ entry, change });
        this.#busy.add(entry);
      }
      this.#waiting.delete(entry);
    }
    return call;
  }

  /** Sends changes; those that were taken are out of their outboxes when this returns. */
  async #call(call: Sent[]): Promise<void> {
    let errors: unknown[];
    try {
      errors = await this.#publish(call.map(({ change }) => change));
    } catch (error) {
      if (call.length > 1 && isRefused(error)) return this.#callEach(call);
      this.#isAway ||= !isAnswered(error);
      errors = call.map(() => error);
    }
    await Promise.all(call.map((sent, at) => this.#settle(sent, errors[at])));
  }

  /** Sends each change alone: one of them has had all of them refused. */
  async #callEach(call: Sent[]): Promise<void> {
    for (const sent of call) {
      if (this.#isAway || this.#stopped) return;
      await this.#call([sent]);
    }
  }

  async #settle({ entry, change }: Sent, error: unknown): Promise<void> {
    if (error === undefined)
      // Not written for this alone: after a crash it is published once more.
      return this.#journal.note(entry, ({ outbox }) => ({
        outbox: outbox.filter((other) => other !== change),
      }));
    this.#log("warn", "a state change is not published yet", {
      prefix: entry.prefix,
      submission: entry.submission,
      error: messageOf(error),
    });
  }

  /** Forgets the changes of the submissions that ended first, so that the others have room. */
  async #giveUp(): Promise<void> {
    const ended = this.#journal.all().filter(({ phase }) => phase === "done");
    const over = ended.length - this.#endedMax;
    if (over <= 0) return;
    const tooMany = ended
      .toSorted((a, b) => (a.times.ended ?? "").localeCompare(b.times.ended ?? ""))
      .slice(0, over);
    const submissions = tooMany.length;
    this.#log("warn", "state changes of ended submissions were never published", { submissions });
    for (const entry of tooMany) await this.#journal.note(entry, () => ({ outbox: [] }));
  }

  /** Begins nothing more. */
  stop(): void {
    this.#stopped = true;
  }
}

/** Whether EventBridge has said something, of which the other changes may know nothing. */
function isAnswered(error: unknown): boolean {
  if (error instanceof CloudSubmitError) return true;
  return statusOf(error) < 500;
}

/** Whether EventBridge has refused a call for what is in it. */
function isRefused(error: unknown): boolean {
  const { name = "" } = error as { name?: string };
  return [400, 413].includes(statusOf(error)) && !/throttl/i.test(name);
}

function statusOf(error: unknown): number {
  const { $metadata } = error as { $metadata?: { httpStatusCode?: number } };
  return $metadata?.httpStatusCode ?? 500;
}

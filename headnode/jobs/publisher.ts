import { type EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { Budget } from "../../bucket/flow/budget.ts";
import { CloudSubmitError, messageOf } from "../../protocol/error.ts";
import { checkPutEvents, type StateChange, stateChangeEntry } from "../../protocol/event.ts";
import type { JobEntry } from "../journal/job-entry.ts";
import type { Journal } from "../journal/journal.ts";
import type { Log } from "../log.ts";

/** Entries whose changes are on their way at a time. */
const AT_ONCE = 8;
/** Ended submissions that stay in memory for their changes' sake: where EventBridge is never let through, all would. */
const ENDED_MAX = 10_000;

/** Sends one state change. */
export type PublishStateChange = (change: StateChange) => Promise<void>;

/** Publishes on an EventBridge bus. */
export function publishOnBus(client: EventBridgeClient, bus: string): PublishStateChange {
  return async (change) => {
    checkPutEvents(
      await client.send(new PutEventsCommand({ Entries: [stateChangeEntry(bus, change)] })),
    );
  };
}

/**
 * Empties the journal's outboxes. Nothing waits for EventBridge: what could not be published stays in the journal and is
 * tried again, so every change is published at least once. While EventBridge does not answer, only a few try.
 */
export class Publisher {
  readonly #journal: Journal;
  readonly #publish: PublishStateChange;
  readonly #log: Log;
  readonly #busy = new Set<JobEntry>();
  readonly #slots = new Budget(AT_ONCE);
  /** EventBridge has not answered; until when it is asked again, changes are left in the journal. */
  #isAway = false;
  #stopped = false;

  readonly #endedMax: number;

  constructor(journal: Journal, publish: PublishStateChange, log: Log, endedMax = ENDED_MAX) {
    this.#endedMax = endedMax;
    this.#journal = journal;
    this.#publish = publish;
    this.#log = log;
  }

  /** Publishes what the entry's outbox holds, in order. */
  async flush(entry: JobEntry): Promise<void> {
    if (entry.outbox.length === 0 || this.#busy.has(entry)) return;
    this.#busy.add(entry);
    await this.#slots.spend(1, () => this.#empty(entry));
    this.#busy.delete(entry);
  }

  async #empty(entry: JobEntry): Promise<void> {
    try {
      for (let [change] = entry.outbox; change; [change] = entry.outbox) {
        if (this.#isAway || this.#stopped) return;
        await this.#publish(change);
        const sent = change;
        await this.#journal.update(entry, ({ outbox }) => ({
          outbox: outbox.filter((other) => other !== sent),
        }));
      }
    } catch (error) {
      this.#isAway ||= !isAnswered(error);
      this.#log("warn", "a state change is not published yet", {
        prefix: entry.prefix,
        submission: entry.submission,
        error: messageOf(error),
      });
    }
  }

  /** Publishes what all outboxes hold, also when EventBridge did not answer before. */
  async flushAll(): Promise<void> {
    this.#isAway = false;
    await this.#giveUp();
    const untold = this.#journal.all().filter(({ outbox }) => outbox.length > 0);
    await Promise.all(untold.map((entry) => this.flush(entry)));
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
    // One that cannot be written stays until the next time.
    for (const entry of tooMany)
      await this.#journal.update(entry, () => ({ outbox: [] })).catch(() => undefined);
  }

  /** Begins nothing more. */
  stop(): void {
    this.#stopped = true;
  }
}

/** Whether EventBridge has said something, of which the other changes may know nothing. */
function isAnswered(error: unknown): boolean {
  if (error instanceof CloudSubmitError) return true;
  const { $metadata } = error as { $metadata?: { httpStatusCode?: number } };
  return ($metadata?.httpStatusCode ?? 500) < 500;
}

import { type EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { messageOf } from "../../protocol/error.ts";
import { checkPutEvents, type StateChange, stateChangeEntry } from "../../protocol/event.ts";
import type { JobEntry } from "../journal/job-entry.ts";
import type { Journal } from "../journal/journal.ts";
import type { Log } from "../log.ts";

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
 * Empties the journal's outboxes. A job never waits for EventBridge: what could not be published stays
 * in the journal and is tried again, so every change is published at least once.
 */
export class Publisher {
  readonly #journal: Journal;
  readonly #publish: PublishStateChange;
  readonly #log: Log;
  readonly #busy = new Set<JobEntry>();

  constructor(journal: Journal, publish: PublishStateChange, log: Log) {
    this.#journal = journal;
    this.#publish = publish;
    this.#log = log;
  }

  /** Publishes what the entry's outbox holds, in order. */
  async flush(entry: JobEntry): Promise<void> {
    if (this.#busy.has(entry)) return;
    this.#busy.add(entry);
    try {
      for (let [change] = entry.outbox; change; [change] = entry.outbox) {
        await this.#publish(change);
        const sent = change;
        await this.#journal.update(entry, ({ outbox }) => ({
          outbox: outbox.filter((other) => other !== sent),
        }));
      }
    } catch (error) {
      this.#log("warn", "a state change is not published yet", {
        prefix: entry.prefix,
        submission: entry.submission,
        error: messageOf(error),
      });
    } finally {
      this.#busy.delete(entry);
    }
  }

  /** Publishes what all outboxes hold. */
  async flushAll(): Promise<void> {
    for (const entry of this.#journal.all()) await this.flush(entry);
  }
}

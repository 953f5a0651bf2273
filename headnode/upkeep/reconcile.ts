import { messageOf } from "../../protocol/error.ts";
import type { Driver } from "../jobs/driver.ts";
import type { Publisher } from "../jobs/publisher.ts";
import type { Journal } from "../journal/journal.ts";
import type { Log } from "../log.ts";
import { isTold } from "../slurm/current.ts";
import type { Slurm } from "../slurm/slurm.ts";

export interface ReconcilerOptions {
  journal: Journal;
  slurm: Slurm;
  driver: Driver;
  publisher: Publisher;
  everyMs: number;
  log: Log;
  now: () => Date;
}

/**
 * Compares the journal with Slurm: a job that is no longer active is looked at, whether or not a hook
 * told of its end. Slurm runs no hook at all for a job that was cancelled while pending. So is one of which
 * Slurm says something else than its record does: no hook tells that, either.
 */
export class Reconciler {
  readonly #options: ReconcilerOptions;
  readonly #timer: NodeJS.Timeout;
  #last: Date | undefined;

  /** Begins at once. */
  constructor(options: ReconcilerOptions) {
    this.#options = options;
    this.#timer = setInterval(() => void this.#run(), options.everyMs);
    void this.#run();
  }

  /** When they were last compared; undefined: not yet. */
  get last(): Date | undefined {
    return this.#last;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #run(): Promise<void> {
    const { log, now } = this.#options;
    try {
      await this.#reconcile();
      this.#last = now();
    } catch (error) {
      log("warn", "Slurm cannot be compared with the journal", { error: messageOf(error) });
    }
  }

  async #reconcile(): Promise<void> {
    const { journal, slurm, driver, publisher } = this.#options;
    await publisher.flushAll();
    const running = journal.all().filter((entry) => entry.phase === "running");
    if (running.length === 0) return;
    const active = await slurm.activeJobs();
    for (const entry of running) {
      const current = active.get(entry.slurm?.jobId ?? "");
      // Nobody tells when a node can be used again.
      const isStale = entry.slurm?.nodeReason !== undefined;
      if (!current || isStale || !isTold(entry.slurm, current)) driver.wake(entry);
    }
  }
}

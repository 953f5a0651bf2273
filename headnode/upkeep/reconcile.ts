import { messageOf } from "../../protocol/error.ts";
import type { Driver } from "../jobs/driver.ts";
import type { Publisher } from "../jobs/publisher.ts";
import type { Journal } from "../journal/journal.ts";
import type { Log } from "../log.ts";
import { isTold } from "../slurm/current.ts";
import { HELD } from "../slurm/kept-back.ts";
import type { Slurm } from "../slurm/slurm.ts";

export interface ReconcileParts {
  journal: Journal;
  slurm: Slurm;
  driver: Driver;
  publisher: Publisher;
  log: Log;
  now: () => Date;
}

/** Compares the journal with Slurm from now on. `last` says when that was done last; undefined: not yet. */
export function startReconciling(
  parts: ReconcileParts,
  everyMs: number,
): { last: () => Date | undefined; stop: () => void } {
  const { log, now } = parts;
  let last: Date | undefined;
  const run = async () => {
    try {
      await reconcile(parts);
      last = now();
    } catch (error) {
      log("warn", "Slurm cannot be compared with the journal", { error: messageOf(error) });
    }
  };
  void run();
  const timer = setInterval(() => void run(), everyMs);
  return { last: () => last, stop: () => clearInterval(timer) };
}

/**
 * A job that is no longer active is looked at, whether or not a hook
 * told of its end. Slurm runs no hook at all for a job that was cancelled while pending. So is one of which
 * Slurm says something else than its record does: no hook tells that, either.
 */
async function reconcile({ journal, slurm, driver, publisher }: ReconcileParts): Promise<void> {
  // Not waited for: Slurm is looked at whether or not EventBridge answers.
  void publisher.flushAll();
  const running = journal.all().filter((entry) => entry.phase === "running");
  if (running.length === 0) return;
  const active = await slurm.activeJobs();
  for (const entry of running) {
    const current = active.get(entry.slurm?.jobId ?? "");
    // No event tells when a node is usable again.
    const isStale = entry.slurm?.nodeReason !== undefined;
    // A slurmctld that has lost its state forgets cancels and releases.
    const isUnderWay =
      entry.cancelRequested || (entry.releasedAt !== undefined && current?.reason === HELD);
    if (!current || isStale || isUnderWay || !isTold(entry.slurm, current)) driver.wake(entry);
  }
}

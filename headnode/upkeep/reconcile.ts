import type { Driver } from "../jobs/driver.ts";
import type { Publisher } from "../jobs/publisher.ts";
import type { Journal } from "../journal/journal.ts";
import { isTold } from "../slurm/current.ts";
import type { Slurm } from "../slurm/slurm.ts";

/**
 * Compares the journal with Slurm: a job that is no longer active is looked at, whether or not a hook
 * told of its end. Slurm runs no hook at all for a job that was cancelled while pending. So is one of which
 * Slurm says something else than its record does: no hook tells that, either.
 */
export async function reconcile(parts: {
  journal: Journal;
  slurm: Slurm;
  driver: Driver;
  publisher: Publisher;
}): Promise<void> {
  await parts.publisher.flushAll();
  const running = parts.journal.all().filter((entry) => entry.phase === "running");
  if (running.length === 0) return;
  const active = await parts.slurm.activeJobs();
  for (const entry of running) {
    const current = active.get(entry.slurm?.jobId ?? "");
    // Nobody tells when a node can be used again.
    const isStale = entry.slurm?.nodeReason !== undefined;
    if (!current || isStale || !isTold(entry.slurm, current)) parts.driver.wake(entry);
  }
}

import type { Driver } from "./driver.ts";
import type { Journal } from "./journal/journal.ts";
import type { Publisher } from "./publisher.ts";
import type { Slurm } from "./slurm/slurm.ts";

/**
 * Compares the journal with Slurm: a job that is no longer active is looked at, whether or not a hook
 * told of its end. Slurm runs no hook at all for a job that was cancelled while pending.
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
  for (const entry of running) if (!active.has(entry.slurm?.jobId ?? "")) parts.driver.wake(entry);
}

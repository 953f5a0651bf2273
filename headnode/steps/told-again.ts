import type { JobEntry } from "../journal/job-entry.ts";
import { isAgain } from "../slurm/hook-end.ts";
import type { SlurmTask } from "../slurm/job-state.ts";
import { HELD } from "../slurm/kept-back.ts";

/**
 * A slurmctld that dies before it has saved its state forgets a cancel or a release that it has answered, and shows the job
 * as it was before. So long after the last time it is told again, milliseconds.
 */
const AGAIN_MS = 30_000;

/**
 * So long after a release a hold is taken for the agent's own, milliseconds: slurmctld has saved its state by then. A later
 * one is an administrator's, or the user's.
 */
const OWN_HOLD_MS = 180_000;

/** Milliseconds since a time; infinite when it is not known, or the clock was set back. */
function since(time: string | undefined, now: Date): number {
  const passed = now.getTime() - Date.parse(time ?? "");
  return passed >= 0 ? passed : Number.POSITIVE_INFINITY;
}

/** Whether Slurm is to be told of a cancel once more: something of the job waits or runs all the same. */
export function isToCancelAgain(entry: JobEntry, tasks: readonly SlurmTask[], now: Date): boolean {
  return (
    entry.cancelRequested === true &&
    tasks.some(isAgain) &&
    since(entry.cancelSentAt, now) >= AGAIN_MS
  );
}

/** Whether a job that was released is to be released once more: it is kept back as before. */
export function isToReleaseAgain(entry: JobEntry, tasks: readonly SlurmTask[], now: Date): boolean {
  if (entry.releasedAt === undefined || entry.cancelRequested) return false;
  const passed = since(entry.releasedAt, now);
  if (passed < AGAIN_MS) return false;
  const waiting = tasks.filter(({ state }) => state === "PENDING");
  // A date so far away is nobody else's.
  if (waiting.some(({ waitsForDate }) => waitsForDate)) return true;
  return passed < OWN_HOLD_MS && waiting.some(({ reason }) => reason === HELD);
}

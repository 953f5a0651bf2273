import { userInfo } from "node:os";
import { join } from "node:path";
import type { Driver } from "../jobs/driver.ts";
import type { JobEntry } from "../journal/job-entry.ts";
import type { Journal } from "../journal/journal.ts";
import { accountOfHook, newAccount } from "../slurm/array-account.ts";
import type { StderrState } from "../slurm/stderr-end.ts";
import { endInStderr } from "./end-in-stderr.ts";
import { type EndingMessage, parseEnding } from "./messages.ts";
import { Spool, type SpoolPorts } from "./spool.ts";
import { SPOOL_FOLDERS } from "./spool-folders.ts";

/** Where endings come from, and who is told of them. */
export interface EndingPorts extends SpoolPorts {
  /** Holds the folders of jobs. */
  workRoot: string;
  journal: Journal;
  driver: Pick<Driver, "wake">;
  /** Whether a job that has ended may be forgotten by Slurm: the agent has just come back. */
  wasAway: () => boolean;
}

/**
 * Spool of hooks/slurm-ended.sh: jobs or tasks that Slurm has ended, which are looked at. Of one that an agent passed to
 * sbatch, and whose id it did not come to hear, it may be all that is left: that one is known by its comment. The comment of
 * another user's job says nothing.
 */
export function endingSpool(ports: EndingPorts): Spool {
  const { journal, driver, log } = ports;
  const namedBy = ({ comment, user }: EndingMessage) =>
    comment && user === userInfo().uid ? journal.active(comment) : undefined;
  return new Spool({
    ...ports,
    folder: join(ports.home, SPOOL_FOLDERS.endings),
    handle: async (text, name) => {
      const ending = parseEnding(text);
      const entry = ending && (journal.runningJob(ending.job) ?? namedBy(ending));
      if (!ending || !entry)
        return log("info", "the ending of a job that is not known here, or not yet", {
          file: name,
        });
      const isLate = ports.wasAway();
      const state = isLate ? await endInStderr(entry, ending, ports) : undefined;
      await journal.update(entry, (now) => endingOf(now, ending, state));
      // At its start, the agent looks at all of them once it has every ending: a task's alone is not the array's.
      if (!isLate) driver.wake(entry);
    },
  });
}

/** The changes that an ending makes to the entry that its job id, or its comment, names. */
function endingOf(
  now: JobEntry,
  ending: EndingMessage,
  state: StderrState | undefined,
): Partial<JobEntry> {
  const { slurm, phase, hookJob } = now;
  if (slurm) return slurm.jobId === ending.job ? exitOf(now, ending, state) : {};
  if (phase !== "submitting") return {};
  if (hookJob === ending.job) return exitOf(now, ending, state);
  // A job with the same comment that came later was submitted by the first one.
  if (hookJob !== undefined && Number(hookJob) < Number(ending.job)) return {};
  const first = {
    hookJob: ending.job,
    hookExit: undefined,
    hookState: undefined,
    hookRestarts: undefined,
    array: undefined,
  };
  return { ...first, ...exitOf({ ...now, ...first }, ending, state) };
}

/** @param state Slurm's word for the end, where the job's stderr tells it */
function exitOf(
  { array, slurm, hookRestarts = 0 }: JobEntry,
  { exit, task, tasks, restarts = 0 }: EndingMessage,
  state: StderrState | undefined,
): Partial<JobEntry> {
  if (exit === undefined) return {};
  if (task !== undefined) {
    const unseen = slurm ? undefined : newAccount({ tasks: "", waiting: "" }, new Date(0));
    const account = array ?? unseen;
    const more = { total: tasks, state };
    return account ? { array: accountOfHook(account, task, exit, restarts, more) } : {};
  }
  // Files are acted on in any order: the last run counts.
  if (restarts < hookRestarts) return {};
  return { hookExit: exit, hookState: state, hookRestarts: restarts };
}

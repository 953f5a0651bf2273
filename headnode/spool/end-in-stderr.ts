import { userInfo } from "node:os";
import { workFolder } from "../jobs/work-folder.ts";
import type { JobEntry } from "../journal/job-entry.ts";
import { readWindow } from "../live-output/read-window.ts";
import { exitOfHook } from "../slurm/hook-end.ts";
import { outputFileOf } from "../slurm/job-rows.ts";
import { type StderrState, stateInStderr } from "../slurm/stderr-end.ts";
import type { EndingMessage } from "./messages.ts";

/** Bytes at the end of stderr that are looked at: a job may write more after it was told to end. */
const END_BYTES = 64 * 1024;

/** Slurm's file for a job, and for an array's task, that names none. Source: sbatch(1), "--output". */
const BY_ITSELF = ["slurm-%j.out", "slurm-%A_%a.out"] as const;

/**
 * How a job, or a task, ended that has no exit code of its own, as far as its stderr tells and is in its own folder. The Slurm
 * hook says 0:0 of one that Slurm has ended, and, where slurmctld was started again before the hook returned and calls it once
 * more, 0 and the signal. From 23.11 on `scontrol reconfigure` starts it again.
 *
 * @param roots where jobs' folders are
 */
export async function endInStderr(
  entry: JobEntry,
  { job, id = job, task, exit, stderr }: EndingMessage,
  roots: { workRoot: string; home: string },
): Promise<StderrState | undefined> {
  if (exit === undefined || exitOfHook(exit).exitCode !== 0) return undefined;
  const folder = workFolder(roots, entry).path;
  const row = {
    JobID: id,
    Name: entry.jobName ?? "",
    UserName: userInfo().username,
    BatchHost: "",
    WorkDir: folder,
    exit_code: "",
  };
  const array = task === undefined ? undefined : { jobId: job, task };
  const named = outputFileOf(row, stderr ?? BY_ITSELF[array ? 1 : 0], array);
  if (named === undefined) return undefined;
  const atEnd = (size: number) => ({ start: Math.max(0, size - END_BYTES), end: size });
  // A file that cannot be read tells nothing.
  const part = await readWindow(folder, named, atEnd).catch(() => undefined);
  return part && stateInStderr(Buffer.from(part.bytes).toString("utf8"), id);
}

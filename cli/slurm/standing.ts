import type { BoardJob } from "../../protocol/board.ts";
import type { JobFile } from "./job-file.ts";

/**
 * How a job stands for those who ask on this machine. `cloud`: as `last` says. `completing`: it has ended in the cloud, and
 * its results are not all in its folders yet. `ended`: as `last` says, for good; `failed` when results could not come here.
 */
export type Standing =
  | { kind: "cloud" }
  | { kind: "completing" }
  | { kind: "ended"; failed?: string | undefined };

/**
 * Slurm's reason for a job whose results could not come: "Failure of the Slurm system, a file system, the network, etc."
 * Source: "JOB REASON CODES" of squeue(1). Tools know no reasons but Slurm's own.
 */
export const RESULTS_NOT_FETCHED = "SystemFailure";

/**
 * States in which Slurm is done with a job. Source: src/common/slurm_protocol_defs.c, job_state_string; SPECIAL_EXIT is
 * held in the queue, and RESIZING and REQUEUED go on.
 */
const ENDED: ReadonlySet<string> = new Set([
  "BOOT_FAIL",
  "CANCELLED",
  "COMPLETED",
  "DEADLINE",
  "FAILED",
  "LAUNCH_FAILED",
  "NODE_FAIL",
  "OUT_OF_MEMORY",
  "PREEMPTED",
  "RECONFIG_FAIL",
  "REVOKED",
  "TIMEOUT",
]);

/** Whether Slurm is done with a job, or never got it. */
export function hasEnded({ state, final }: Pick<BoardJob, "state" | "final">): boolean {
  return final || ENDED.has(state);
}

/** How a job stands, by its file. */
export function standingOf({ last, results, resultsError }: JobFile): Standing {
  if (last === undefined || !hasEnded(last)) return { kind: "cloud" };
  if (results === "waiting") return { kind: "completing" };
  return { kind: "ended", failed: results === "failed" ? (resultsError ?? "") : undefined };
}

/** Whether the fetcher has something to do for a job. */
export function needsFetcher({ isOpen, results }: Pick<JobFile, "isOpen" | "results">): boolean {
  return isOpen || results === "waiting";
}

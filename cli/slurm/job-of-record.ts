import type { BoardJob } from "../../protocol/board.ts";
import { whyNotOpened } from "../../protocol/not-opened.ts";
import type { Outcome } from "../../protocol/outcome.ts";
import { FINAL_STATES } from "../../protocol/state.ts";
import type { Job } from "../jobs/read-job.ts";

/** Slurm's word for an outcome, where the record has none: of a job that Slurm has forgotten, or never got. */
const STATE_OF: Readonly<Record<Outcome, string>> = {
  completed: "COMPLETED",
  failed: "FAILED",
  cancelled: "CANCELLED",
  timeout: "TIMEOUT",
  "out-of-memory": "OUT_OF_MEMORY",
  "node-failure": "NODE_FAIL",
  rejected: "FAILED",
  "submit-failed": "FAILED",
  unreachable: "FAILED",
  lost: "FAILED",
};

/**
 * A job as a board would show it, by its status object and its record.
 *
 * @returns undefined when the bucket tells nothing of this submission, or not yet
 */
export function jobOfRecord({ status, record }: Job, submission: string): BoardJob | undefined {
  const final = status.state !== undefined && FINAL_STATES.has(status.state);
  if (record?.submission !== submission) {
    if (!final || status.submission !== submission) return undefined;
    return { submission, state: "FAILED", final };
  }
  const { slurm, outcome, error, notes, ...more } = record;
  const state = slurm?.state ?? (outcome ? STATE_OF[outcome] : "PENDING");
  const { jobId, name, partition, reason, nodes, startedAt, endedAt, exitCode, signal, restarts } =
    slurm ?? {};
  const { stageOut } = more;
  const isPartial = final && stageOut?.verdict === "partial";
  const [left] = stageOut?.skipped ?? [];
  const why =
    error?.message ??
    whyNotOpened(notes) ??
    (isPartial ? `${left?.path}: ${left?.reason}` : undefined);
  return {
    submission,
    state,
    final,
    ...(jobId !== undefined && { slurmJobId: jobId }),
    ...(name !== undefined && { name }),
    ...(partition !== undefined && { partition }),
    ...(reason !== undefined && { reason }),
    ...(nodes !== undefined && { nodes }),
    ...(startedAt !== undefined && { startedAt }),
    ...(endedAt !== undefined && { endedAt }),
    ...(exitCode !== undefined && { exitCode }),
    ...(signal !== undefined && { signal }),
    ...(restarts !== undefined && { restarts }),
    ...(more.times.submitted !== undefined && { submittedAt: more.times.submitted }),
    ...(outcome !== undefined && { outcome }),
    ...(why !== undefined && { error: why }),
  };
}

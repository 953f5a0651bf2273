import type { BoardJob } from "../../../protocol/board.ts";
import type { JobRecord } from "../../../protocol/record.ts";
import { FINAL_STATES } from "../../../protocol/state.ts";

/** A job as its record tells of it, for one that no board tells of. */
export function jobOfRecord(record: JobRecord): BoardJob {
  const { slurm, submission, outcome, error, times } = record;
  return {
    submission,
    slurmJobId: slurm?.jobId,
    state: slurm?.state ?? "PENDING",
    reason: slurm?.reason,
    nodes: slurm?.nodes,
    startedAt: slurm?.startedAt,
    endedAt: slurm?.endedAt,
    exitCode: slurm?.exitCode,
    signal: slurm?.signal,
    restarts: slurm?.restarts,
    submittedAt: times.submitted,
    final: FINAL_STATES.has(record.state),
    outcome,
    error: error?.message,
  };
}

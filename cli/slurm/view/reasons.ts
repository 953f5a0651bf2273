import type { BoardTasks } from "../../../protocol/board.ts";
import { isWaiting } from "./states.ts";

/**
 * Slurm's reasons for a job that failed. Source: FAIL_* in `job_reason_string`, src/common/slurm_protocol_defs.c, 24.05, and
 * "JOB REASON CODES" of squeue(1). Tools end with an error when they meet another one.
 */
const OF_FAILED: ReadonlySet<string> = new Set([
  "BadConstraints",
  "InactiveLimit",
  "InvalidAccount",
  "InvalidQOS",
  "JobLaunchFailure",
  "NodeDown",
  "NonZeroExitCode",
  "PartitionDown",
  "QOSUsageThreshold",
  "SystemFailure",
  "TimeLimit",
]);

/** Slurm's reasons for other ends, where the cluster told none. */
const OF_END: Readonly<Record<string, string>> = {
  DEADLINE: "DeadLine",
  NODE_FAIL: "NodeDown",
  OUT_OF_MEMORY: "OutOfMemory",
  TIMEOUT: "TimeLimit",
};

/**
 * The reason of a job or a task as it is shown: one word, never empty. A failed job has one of Slurm's own: what else was
 * told of it, such as that its files could not be brought to the cluster, stands in its comment.
 *
 * @param verdict Slurm's word for its state
 */
export function reasonOf(
  verdict: string,
  {
    reason,
    startedAt,
    exitCode = 0,
    signal = 0,
  }: Pick<BoardTasks, "reason" | "startedAt" | "exitCode" | "signal">,
): string {
  const word = (reason ?? "").trim().replace(/\s+/g, "_") || "None";
  if (isWaiting(verdict)) return word;
  if (verdict !== "FAILED") return word === "None" ? (OF_END[verdict] ?? word) : word;
  if (OF_FAILED.has(word)) return word;
  if (exitCode !== 0 || signal !== 0) return "NonZeroExitCode";
  return startedAt === undefined ? "JobLaunchFailure" : "SystemFailure";
}

import type { Outcome } from "../../protocol/outcome.ts";

/** One job, one component of a heterogeneous one, or tasks of a job array that share a row. */
export interface SlurmTask {
  /** Slurm's id of this task's own. */
  id: string;
  state: string;
  reason: string;
  /** It is kept back by a date far away, not by a hold. */
  waitsForDate?: boolean;
  /** The job's name now. */
  name?: string;
  exitCode: number;
  signal: number;
  restarts: number;
  nodes?: string;
  partition?: string;
  startedAt?: string;
  endedAt?: string;
  /** Job arrays: the id of the task, or of all that wait together, such as `3` or `4-9`. */
  arrayTask?: string;
  /** How many tasks this stands for: those of an array that wait together share one. */
  count: number;
  /** Where stdout goes, and stderr when that is another file. */
  outputPaths?: string[];
}

/**
 * States after which Slurm does nothing more with a job. Source: Slurm, squeue(1), "JOB STATE CODES".
 * DEADLINE is no timeout: more time would not help.
 */
const OUTCOME_OF_STATE: Readonly<Record<string, Outcome>> = {
  COMPLETED: "completed",
  FAILED: "failed",
  CANCELLED: "cancelled",
  PREEMPTED: "cancelled",
  REVOKED: "cancelled",
  TIMEOUT: "timeout",
  DEADLINE: "failed",
  OUT_OF_MEMORY: "out-of-memory",
  NODE_FAIL: "node-failure",
  BOOT_FAIL: "node-failure",
};

/** Outcomes, worst first: the worst counts when a job's parts ended differently. */
const WORST_FIRST: readonly Outcome[] = [
  "node-failure",
  "out-of-memory",
  "timeout",
  "failed",
  "lost",
  "cancelled",
  "completed",
];

/** Whether Slurm has done with the task; pending, running, completing and requeued ones it has not. */
export function isEnded(task: Pick<SlurmTask, "state">): boolean {
  return Object.hasOwn(OUTCOME_OF_STATE, task.state);
}

/**
 * When a task began. Of one that waits, squeue tells when it may begin; of one that was cancelled before, when that was: it has
 * had no nodes.
 */
export function beginningOf({
  state,
  startedAt,
  nodes,
}: Pick<SlurmTask, "state" | "startedAt" | "nodes">): string | undefined {
  const hasBegun = state !== "PENDING" && !(state === "CANCELLED" && nodes === undefined);
  return hasBegun ? startedAt : undefined;
}

/** Outcome of an end state; one that this version does not know is no success. */
export function outcomeOfState(state: string): Outcome {
  return (Object.hasOwn(OUTCOME_OF_STATE, state) && OUTCOME_OF_STATE[state]) || "failed";
}

/** The outcome that counts for the whole; `lost` when there is none. */
export function worstOf(outcomes: Iterable<Outcome>): Outcome {
  const seen = new Set(outcomes);
  return WORST_FIRST.find((outcome) => seen.has(outcome)) ?? "lost";
}

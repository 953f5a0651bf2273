import type { Standing } from "../../protocol/board.ts";
import type { Outcome } from "../../protocol/outcome.ts";
import type { JobEntry, Phase } from "../journal/job-entry.ts";
import type { TaskEnd } from "../slurm/array-account.ts";
import { outcomeOfHook } from "../slurm/hook-end.ts";
import { beginningOf, isEnded, type SlurmTask } from "../slurm/job-state.ts";

/** Phases in which Slurm does nothing more for a submission. */
const ENDED: ReadonlySet<Phase> = new Set(["ended", "returned", "failing", "recorded", "done"]);

/** Slurm's word for an end of which only the outcome is known. */
const STATE_OF_OUTCOME: Readonly<Record<Outcome, string>> = {
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

/** Where a task is of which nobody has seen the end: it does not count as completed. */
export const END_UNKNOWN: Standing = { state: "FAILED", reason: "EndUnknown" };

/** Whether a submission has ended, as far as Slurm is concerned. */
export function isEndedPhase(phase: Phase): boolean {
  return ENDED.has(phase);
}

/** Whether Slurm has its job, which has not ended as far as the agent knows. */
export function isInSlurm({ slurm, phase }: Pick<JobEntry, "slurm" | "phase">): boolean {
  return slurm !== undefined && !isEndedPhase(phase);
}

/** Where a task is, as a look at Slurm shows it. */
export function standingOf(task: SlurmTask): Standing {
  const { state, reason, nodes, endedAt, exitCode, signal } = task;
  const startedAt = beginningOf(task);
  const hasBegun = state !== "PENDING";
  return {
    state,
    ...(reason !== "None" && reason !== "" && { reason }),
    ...(hasBegun && nodes !== undefined && { nodes }),
    ...(startedAt !== undefined && { startedAt }),
    // Of a job that runs, squeue tells when it has to end.
    ...(isEnded(task) && { ...(endedAt !== undefined && { endedAt }), exitCode, signal }),
  };
}

/** How a task ended, as the account of its array has it. */
export function standingOfEnd(taskEnd: TaskEnd): Standing {
  const { state, restarts: _, ...end } = taskEnd;
  return { state: state ?? (outcomeOfHook(end) === "failed" ? "FAILED" : "COMPLETED"), ...end };
}

/** Slurm's word for an outcome. */
export function stateOfOutcome(outcome: Outcome): string {
  return STATE_OF_OUTCOME[outcome];
}

/** How a submission has ended, whether or not Slurm ever had it. */
export function standingAtEnd({ slurm, outcome, error, times }: JobEntry): Standing {
  const reason = slurm?.reason ?? (error && wordOf(error.code));
  const endedAt = slurm?.endedAt ?? times.ended ?? times.final;
  return {
    state: slurm?.state ?? stateOfOutcome(outcome ?? "lost"),
    ...(reason !== undefined && { reason }),
    ...(slurm?.nodes !== undefined && { nodes: slurm.nodes }),
    ...(slurm?.startedAt !== undefined && { startedAt: slurm.startedAt }),
    ...(endedAt !== undefined && { endedAt }),
    ...(slurm?.exitCode !== undefined && { exitCode: slurm.exitCode }),
    ...(slurm?.signal !== undefined && { signal: slurm.signal }),
  };
}

/** An error's code in the form of Slurm's reasons: `stage-in-failed` is StageInFailed. */
function wordOf(code: string): string {
  if (code === "dependency-failed") return "DependencyNeverSatisfied";
  return code.replaceAll(/(?:^|-)([a-z])/g, (_all, letter: string) => letter.toUpperCase());
}

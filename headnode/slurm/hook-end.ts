import type { Outcome } from "../../protocol/outcome.ts";
import { isEnded, type SlurmTask } from "./job-state.ts";

/** Exit code and signal of a run, as the Slurm hook tells them. */
export interface HookExit {
  exitCode: number;
  signal: number;
}

/** @param exit `code:signal` */
export function exitOfHook(exit: string): HookExit {
  const [exitCode = 0, signal = 0] = exit.split(":").map(Number);
  return { exitCode, signal };
}

/**
 * How a run ended of which the Slurm hook alone tells. slurmctld gives its hook no state, and a job that was cancelled or
 * preempted, or ran out of time, has the exit code 0:0, too: so that is never taken for completed.
 */
export function outcomeOfHook({ exitCode, signal }: HookExit): Extract<Outcome, "failed" | "lost"> {
  return exitCode === 0 && signal === 0 ? "lost" : "failed";
}

/** Whether a task waits or runs: an end of which a hook told was that of an earlier run. slurmctld runs the hook in COMPLETING. */
export function isAgain(task: Pick<SlurmTask, "state">): boolean {
  return !isEnded(task) && task.state !== "COMPLETING";
}

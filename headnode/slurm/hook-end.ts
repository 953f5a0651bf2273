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
 * How a run ended of which the Slurm hook alone tells: slurmctld gives its hook no state. A job that was cancelled has the
 * exit code 0:0, too; so have one that was preempted and one that ran out of time, where their stderr does not tell of it.
 *
 * @param isCancelled whether its end was asked for: then 0:0 says nothing
 */
export function outcomeOfHook({ exitCode, signal }: HookExit, isCancelled = false): Outcome {
  if (exitCode !== 0 || signal !== 0) return "failed";
  return isCancelled ? "lost" : "completed";
}

/** Whether a task waits or runs: an end of which a hook told was that of an earlier run. slurmctld runs the hook in COMPLETING. */
export function isAgain(task: Pick<SlurmTask, "state">): boolean {
  return !isEnded(task) && task.state !== "COMPLETING";
}

import type { Outcome } from "../../protocol/outcome.ts";
import type { SlurmVerdict } from "../../protocol/record.ts";
import { type ArrayAccount, arrayVerdict } from "./array-account.ts";
import { namesOf } from "./current.ts";
import { beginningOf, outcomeOfState, type SlurmTask, worstOf } from "./job-state.ts";
import { earliest, latest } from "./times.ts";

/** How a job ended. */
export interface JobEnd {
  outcome: Outcome;
  slurm: SlurmVerdict;
}

/**
 * Slurm's verdict on a job that has ended; the worst part speaks for the whole.
 *
 * @param tasks what Slurm shows of it
 * @param account of an array: all that is known of its tasks
 */
export function verdictOf(
  jobId: string,
  tasks: readonly SlurmTask[],
  account?: ArrayAccount,
): JobEnd {
  const array = account && arrayVerdict(account);
  const outcome = array?.outcome ?? worstOf(tasks.map(({ state }) => outcomeOfState(state)));
  const worst = tasks.find(
    (task) =>
      outcomeOfState(task.state) === outcome &&
      (!array || (task.exitCode === array.end?.exitCode && task.signal === array.end.signal)),
  );
  const restarts = [account?.restarts ?? 0, ...tasks.map((task) => task.restarts)];
  const end = array?.end ?? worst;
  const startedAt = earliest([account?.startedAt, ...tasks.map(beginningOf)]);
  const endedAt = latest([account?.endedAt, ...tasks.map((task) => task.endedAt)]);
  return {
    outcome,
    slurm: {
      jobId,
      ...namesOf(worst ?? tasks[0]),
      ...(end && { state: end.state, exitCode: end.exitCode, signal: end.signal }),
      ...((worst || array) && { restarts: Math.max(...restarts) }),
      ...(worst && worst.reason !== "None" && { reason: worst.reason }),
      ...(worst?.nodes !== undefined && { nodes: worst.nodes }),
      ...(startedAt !== undefined && { startedAt }),
      ...(endedAt !== undefined && { endedAt }),
      ...(array && { tasks: array.tasks }),
    },
  };
}

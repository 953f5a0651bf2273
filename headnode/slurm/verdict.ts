import type { Outcome } from "../../protocol/outcome.ts";
import type { SlurmVerdict } from "../../protocol/record.ts";
import { type ArrayAccount, arrayVerdict } from "./array-account.ts";
import { outcomeOfState, type SlurmTask, worstOf } from "./job-state.ts";

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
  const starts = [account?.startedAt, ...tasks.map(({ startedAt }) => startedAt)];
  const ends = [account?.endedAt, ...tasks.map(({ endedAt }) => endedAt)];
  const restarts = [account?.restarts ?? 0, ...tasks.map((task) => task.restarts)];
  const end = array?.end ?? worst;
  const [startedAt] = starts.filter((time) => time !== undefined).toSorted();
  const endedAt = ends
    .filter((time) => time !== undefined)
    .toSorted()
    .at(-1);
  return {
    outcome,
    slurm: {
      jobId,
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

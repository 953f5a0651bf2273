import type { SlurmCommand } from "./command.ts";
import { newMark, rowsAtMarks } from "./marked-rows.ts";
import { READING_ENV, unanswered } from "./squeue.ts";

/** Why nodes cannot be used, as an administrator or ParallelCluster has written it. */
export interface NodeReason {
  nodes: string;
  reason: string;
  /** When it was written, in milliseconds since the epoch; 0: Slurm does not tell. */
  at: number;
}

/**
 * The reasons of a partition's nodes that are down, drained or failing, the newest first. ParallelCluster
 * says here, and not in the job, why AWS gives it no instance: `(Code:InsufficientInstanceCapacity)…`.
 *
 * @param partition as squeue names it; several, with commas, are all asked
 * @throws CloudSubmitError `slurm` when Slurm does not answer
 */
export async function nodeReasons(run: SlurmCommand, partition: string): Promise<NodeReason[]> {
  const mark = newMark();
  const done = await run(
    "sinfo",
    [
      "--noheader",
      "--list-reasons",
      `--partition=${partition}`,
      `--format=%N${mark}%H${mark}%E${mark}`,
    ],
    { env: READING_ENV },
  );
  if (done.code !== 0) throw unanswered("sinfo", done);
  return rowsAtMarks(done.stdout, mark, ["nodes", "time", "reason"])
    .map(({ nodes, time, reason }) => ({
      nodes: nodes.trim(),
      reason: reason.trim(),
      at: /^\d{1,11}$/.test(time) ? Number(time) * 1000 : 0,
    }))
    .toSorted((a, b) => b.at - a.at);
}

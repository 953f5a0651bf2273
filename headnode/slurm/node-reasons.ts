import { randomUUID } from "node:crypto";
import type { SlurmCommand } from "./command.ts";
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
  const mark = `<${randomUUID()}>`;
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
  const values = done.stdout.split(mark);
  const reasons: NodeReason[] = [];
  for (let at = 0; at + 2 < values.length; at += 3) {
    const [nodes = "", time = "", reason = ""] = values.slice(at, at + 3);
    const seconds = /^\d{1,11}$/.test(time) ? Number(time) : 0;
    reasons.push({ nodes: nodes.trim(), reason: reason.trim(), at: seconds * 1000 });
  }
  return reasons.toSorted((a, b) => b.at - a.at);
}

import { messageOf } from "../../protocol/error.ts";
import type { JobEntry } from "../journal/job-entry.ts";
import type { SlurmTask } from "../slurm/job-state.ts";
import type { StepPorts } from "./ports.ts";

const REASON_MAX = 500;

/** Slurm's reasons that are about nodes; others are not worth the question. Source: squeue(1). */
const ABOUT_NODES =
  /^(ReqNodeNotAvail|Nodes required for job are|Nodes_required_for_job_are|NodeDown)/;

/** ParallelCluster says so often why there is no instance; reasons from before the job are not its own. */
const SLACK_MS = 60_000;

/**
 * Why nodes of the partition of a job that waits cannot be used; undefined when it does not wait, or nothing
 * is known. No harm is done when Slurm does not answer: the next look asks again.
 */
export async function nodeReasonOf(
  entry: JobEntry,
  tasks: readonly SlurmTask[],
  { slurm, log }: StepPorts,
): Promise<string | undefined> {
  const waiting = tasks.find(({ state }) => state === "PENDING" || state === "REQUEUED");
  if (!waiting || tasks.some(({ state }) => state === "RUNNING")) return undefined;
  if (waiting.partition === undefined) return undefined;
  // A job that lost its node, or never got one, was put back into the queue.
  if (waiting.restarts === 0 && !ABOUT_NODES.test(waiting.reason)) return undefined;
  try {
    const since = Date.parse(entry.times.submitted ?? "") - SLACK_MS;
    const [newest] = await slurm.nodeReasons(waiting.partition);
    if (!newest || newest.at < since) return undefined;
    return newest.reason.slice(0, REASON_MAX);
  } catch (error) {
    const { prefix } = entry;
    log("warn", "Slurm does not tell why nodes are down", { prefix, error: messageOf(error) });
    return entry.slurm?.nodeReason;
  }
}

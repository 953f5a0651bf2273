import type { ObjectStore } from "../../bucket/object-store.ts";
import type { BoardJob } from "../../protocol/board.ts";
import { CloudSubmitError } from "../../protocol/error.ts";
import { isStateOf, readJob } from "../jobs/read-job.ts";
import type { JobFile } from "./job-file.ts";
import { jobOfRecord } from "./job-of-record.ts";
import { hasEnded } from "./standing.ts";

/**
 * Asks the bucket for one job, which no board tells of: two requests.
 *
 * @returns undefined when nothing is told of it yet
 */
export async function askAlone(store: ObjectStore, file: JobFile): Promise<BoardJob | undefined> {
  const { prefix, submission } = file;
  try {
    const job = await readJob(store, prefix);
    const isOurs = job.record?.submission === submission || isStateOf(job.status, submission);
    if (!isOurs) return gone(file);
    const told = jobOfRecord(job, submission);
    return told && { ...detailsOf(file), ...told };
  } catch (error) {
    if (error instanceof CloudSubmitError && error.code === "no-such-job") return gone(file);
    throw error;
  }
}

/** Told by a board, and by no record. */
function detailsOf({ last, submission }: JobFile): Partial<BoardJob> {
  if (last?.submission !== submission) return {};
  const { user, name, partition, account, qos, priority, nodeCount, cpus } = last;
  const { memory, timeLimit, tasks } = last;
  const all = { user, name, partition, account, qos, priority, nodeCount, cpus, memory, timeLimit };
  return Object.fromEntries(
    Object.entries({ ...all, tasks }).filter(([, value]) => value !== undefined),
  );
}

/** A job of which the bucket tells nothing any more: it was removed, or another run has its prefix. */
function gone({ submission, last }: JobFile): BoardJob {
  const state = last && hasEnded(last) ? last.state : "FAILED";
  return { ...last, submission, state, final: true };
}

import type { ReadStore } from "../../bucket/job-objects/read-object.ts";
import { readRecord } from "../../bucket/job-objects/record.ts";
import type { StatusObject } from "../../bucket/job-objects/status.ts";
import type { ObjectStore } from "../../bucket/object-store.ts";
import type { JobRecord } from "../../protocol/record.ts";
import { FINAL_STATES } from "../../protocol/state.ts";
import { CANCELS_METADATA, SUBMISSION_METADATA } from "../../protocol/submission.ts";
import { jobStatus } from "./job-status.ts";

/** A job as the bucket shows it. */
export interface Job {
  status: StatusObject;
  /** undefined: there is none of the submission that the state is about. */
  record: JobRecord | undefined;
}

/**
 * Reads a job's state, and its record when that is of the same submission: two requests.
 *
 * @throws CloudSubmitError `no-such-job`
 */
export async function readJob(store: ObjectStore, prefix: string): Promise<Job> {
  const status = await jobStatus(store, prefix);
  return { status, record: await recordOf(store, prefix, status) };
}

/** The record of the submission that a state is about; undefined: there is none, or only that of an earlier run. */
export async function recordOf(
  store: ReadStore,
  prefix: string,
  status: StatusObject,
): Promise<JobRecord | undefined> {
  const record = await readRecord(store, prefix);
  return record && isOf(record, status) ? record : undefined;
}

/** The record of a prefix, if it is of this submission. */
export async function ownRecord(
  store: ObjectStore,
  prefix: string,
  submission: string | undefined,
): Promise<JobRecord | undefined> {
  const record = await readRecord(store, prefix);
  return record?.submission === submission ? record : undefined;
}

/** Whether a state is about this submission, as far as it tells: one that runs need not name it (isOf). */
export function isStateOf(status: StatusObject, submission: string | undefined): boolean {
  if (status.state === "FILE_UPLOAD") return status.submission === submission;
  const named = namedBy(status);
  if (named !== undefined) return named === submission;
  return status.state !== undefined && !FINAL_STATES.has(status.state);
}

function namedBy({ metadata }: StatusObject): string | undefined {
  return metadata[SUBMISSION_METADATA] ?? metadata[CANCELS_METADATA];
}

/**
 * The submission's id decides. Where a state does not name it, as older agents and other clients write it, a record
 * that says otherwise is of another run: it has ended and the state says that it runs, or it ended in another way.
 */
function isOf({ submission, state }: JobRecord, status: StatusObject): boolean {
  if (status.state === "FILE_UPLOAD") return submission === status.submission;
  const named = namedBy(status);
  if (named !== undefined) return submission === named;
  if (status.state === undefined) return false;
  return FINAL_STATES.has(status.state) ? state === status.state : !FINAL_STATES.has(state);
}

import { buffer } from "node:stream/consumers";
import { CloudSubmitError } from "../protocol/error.ts";
import { keyOf, RECORD_FILE, STATUS_FILE } from "../protocol/objects.ts";
import { type JobRecord, parseRecord } from "../protocol/record.ts";
import { FINAL_STATES, parseStatus, type State } from "../protocol/state.ts";
import type { ObjectStore, StoredObject } from "../transfer/object-store.ts";

/** A job as the bucket shows it. */
export interface JobView {
  prefix: string;
  /** undefined: the status object holds no known state. */
  state: State | undefined;
  /** The record of the latest submission that the cloud side has answered. */
  record: JobRecord | undefined;
}

/** Reads a job's state and record; undefined when there is no status object. */
export async function viewJob(store: ObjectStore, prefix: string): Promise<JobView | undefined> {
  const state = await readState(store, prefix);
  if (state === "absent") return undefined;
  return { prefix, state, record: await readRecord(store, prefix) };
}

/** Reads a job's state alone: one request. */
export async function readState(
  store: ObjectStore,
  prefix: string,
): Promise<State | undefined | "absent"> {
  const got = await getIfThere(store, keyOf(prefix, STATUS_FILE));
  return got ? parseStatus(await buffer(got.body)) : "absent";
}

export async function readRecord(
  store: ObjectStore,
  prefix: string,
): Promise<JobRecord | undefined> {
  const got = await getIfThere(store, keyOf(prefix, RECORD_FILE));
  return got && parseRecord((await buffer(got.body)).toString("utf8"));
}

/**
 * An object; undefined when there is none. For users whose policy lets them list their own prefixes only, S3
 * answers a GET of a missing object with AccessDenied; then the listing tells. Source: Amazon S3 API
 * Reference, GetObject, "Permissions".
 */
async function getIfThere(store: ObjectStore, key: string): Promise<StoredObject | undefined> {
  try {
    return await store.get(key);
  } catch (error) {
    if (!(error instanceof Error && error.name === "AccessDenied")) throw error;
    for await (const entry of store.list(key)) if (entry.key === key) throw error;
    return undefined;
  }
}

export interface WaitOptions {
  /** The submission that is meant; undefined: whichever the prefix has. */
  submission?: string | undefined;
  /** Milliseconds; undefined: as long as it takes. */
  timeoutMs?: number | undefined;
  /** Called with each state as it is first seen. */
  onState?: (state: State) => void;
  now: () => number;
  sleep: (ms: number) => Promise<void>;
}

const POLL_FIRST_MS = 500;
const POLL_MAX_MS = 15_000;
const POLL_GROWTH = 1.25;

/**
 * Polls the status object, less and less often, until the job has ended.
 *
 * @returns the final record
 * @throws CloudSubmitError `no-such-job`, `timeout`, or `active-job` when the submission was refused
 * because an earlier one of the same prefix was still active
 */
export async function waitForEnd(
  store: ObjectStore,
  prefix: string,
  options: WaitOptions,
): Promise<JobRecord> {
  const began = options.now();
  let pollMs = POLL_FIRST_MS;
  let seen: State | undefined;
  for (;;) {
    const state = await readState(store, prefix);
    if (state === "absent") throw noSuchJob(prefix);
    if (state !== undefined && state !== seen) {
      seen = state;
      pollMs = POLL_FIRST_MS;
      options.onState?.(state);
    }
    if (state !== undefined && state !== "FILE_UPLOAD") {
      const record = await answeredRecord(store, prefix, state, options.submission);
      if (record) return record;
    }
    const left = (options.timeoutMs ?? Number.POSITIVE_INFINITY) - (options.now() - began);
    if (left <= 0)
      throw new CloudSubmitError(
        "timeout",
        `${prefix}: still ${state ?? "without a state"} after ${Math.round((options.timeoutMs ?? 0) / 1000)} s; the job goes on, go on waiting with: cloud-submit wait ${prefix}`,
      );
    await options.sleep(Math.min(pollMs, left));
    pollMs = Math.min(POLL_MAX_MS, pollMs * POLL_GROWTH);
  }
}

/** The record, once it is final; the cloud side writes it before the state. */
async function answeredRecord(
  store: ObjectStore,
  prefix: string,
  state: State,
  submission: string | undefined,
): Promise<JobRecord | undefined> {
  if (submission === undefined && !FINAL_STATES.has(state)) return undefined;
  const record = await readRecord(store, prefix);
  if (submission !== undefined && state !== "JOB_CANCEL" && record?.submission !== submission)
    throw new CloudSubmitError(
      "active-job",
      `${prefix}: an earlier job of this prefix was still active, so this submission was refused; submit again after: cloud-submit wait ${prefix}`,
    );
  if (!FINAL_STATES.has(state)) return undefined;
  if (!record)
    throw new CloudSubmitError(
      "no-such-job",
      `${prefix}: ${state}, but there is no readable record`,
    );
  return record;
}

/** The error for a prefix without a status object. */
export function noSuchJob(prefix: string): CloudSubmitError {
  return new CloudSubmitError("no-such-job", `${prefix}: there is no such job in the bucket`);
}

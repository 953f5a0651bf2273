import { buffer } from "node:stream/consumers";
import type { ObjectStore, StoredObject } from "../../bucket/object-store.ts";
import { CloudSubmitError } from "../../protocol/error.ts";
import { keyOf, RECORD_FILE, STATUS_FILE } from "../../protocol/objects.ts";
import { type JobRecord, parseRecord } from "../../protocol/record.ts";
import { parseStatus, type State } from "../../protocol/state.ts";
import { CommandError } from "../errors/command-error.ts";

/** A job as the bucket shows it. */
export interface JobView {
  prefix: string;
  /** undefined: the status object holds no known state. */
  state: State | undefined;
  /** The record of the latest submission that the cloud side has answered. */
  record: JobRecord | undefined;
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
export async function getIfThere(
  store: ObjectStore,
  key: string,
): Promise<StoredObject | undefined> {
  try {
    return await store.get(key);
  } catch (error) {
    if (!(error instanceof Error && error.name === "AccessDenied")) throw error;
    for await (const entry of store.list(key)) if (entry.key === key) throw error;
    return undefined;
  }
}

/** The error for a prefix without a status object. */
export function noSuchJob(prefix: string): CloudSubmitError {
  return new CommandError("no-such-job", (say) => say("problem.noSuchJob", { prefix }));
}

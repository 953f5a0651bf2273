import { buffer } from "node:stream/consumers";
import type { ObjectStore } from "../../bucket/object-store.ts";
import { keyOf, STATUS_FILE } from "../../protocol/objects.ts";
import { parseStatus, type State } from "../../protocol/state.ts";
import { getIfThere } from "./job.ts";

/** A job's status object. */
export interface JobStatus {
  /** undefined: it holds no known state. */
  state: State | undefined;
  etag: string;
  /** When this state was written. */
  since: Date | undefined;
}

/** Reads a job's status object: one request. Undefined when there is none. */
export async function readStatus(
  store: ObjectStore,
  prefix: string,
): Promise<JobStatus | undefined> {
  const got = await getIfThere(store, keyOf(prefix, STATUS_FILE));
  if (!got) return undefined;
  const state = parseStatus(await buffer(got.body));
  return { state, etag: got.etag, since: got.lastModified };
}

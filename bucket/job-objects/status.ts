import { keyOf, STATUS_FILE, WRITER_METADATA } from "../../protocol/objects.ts";
import { formatStatus, parseStatus, STATUS_MAX_BYTES, type State } from "../../protocol/state.ts";
import { SUBMISSION_METADATA, submissionOf } from "../../protocol/submission.ts";
import type { ObjectWriter, PutOptions } from "../object-store.ts";
import { type ReadStore, readObject } from "./read-object.ts";
import { TEXT } from "./written-as.ts";

/** A job's status object as it was read. */
export interface StatusObject {
  /** undefined: it holds no known state. */
  state: State | undefined;
  /** The id of the submission that this write of it is, if it is one. */
  submission: string;
  etag: string;
  /** undefined, or "null": the bucket keeps no versions. */
  versionId: string | undefined;
  /** When this state was written. */
  lastModified: Date | undefined;
  /** When it was read, by the server's clock; undefined: the server does not say. */
  answered?: Date | undefined;
  metadata: Readonly<Record<string, string>>;
  /** A job's own file of that name, which the agent brought back. */
  isResult: boolean;
}

/** Reads a job's status object: one request. Undefined when there is none. */
export async function readStatus(
  store: ReadStore,
  prefix: string,
): Promise<StatusObject | undefined> {
  const got = await readObject(store, keyOf(prefix, STATUS_FILE), STATUS_MAX_BYTES);
  if (!got) return undefined;
  const { bytes, etag, versionId, lastModified, answered, metadata } = got;
  return {
    state: bytes && parseStatus(bytes),
    submission: submissionOf(got),
    etag,
    versionId,
    lastModified,
    answered,
    metadata,
    isResult: metadata[WRITER_METADATA] !== undefined,
  };
}

/**
 * Writes a state into a job's status object.
 *
 * @param options.ifMatch only if the status object still has this ETag
 * @param options.ifAbsent only if there is none
 * @param options.submission the id of the submission that the state is about: readers tell by it which record is its
 * @returns whether it was written; false: the status object is another one by now, or gone
 */
export async function writeStatus(
  store: ObjectWriter,
  prefix: string,
  state: State,
  options: Pick<PutOptions, "ifMatch" | "ifAbsent" | "metadata"> & { submission?: string } = {},
): Promise<boolean> {
  const key = keyOf(prefix, STATUS_FILE);
  const { submission, ...put } = options;
  const metadata = {
    ...put.metadata,
    ...(submission !== undefined && { [SUBMISSION_METADATA]: submission }),
  };
  const etag = await store.put(key, formatStatus(state), { ...TEXT, ...put, metadata });
  return etag !== undefined;
}

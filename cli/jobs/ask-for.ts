import type { ObjectStore } from "../../bucket/object-store.ts";
import { keyOf, STATUS_FILE } from "../../protocol/objects.ts";
import { formatStatus } from "../../protocol/state.ts";
import { SUBMITTER_METADATA } from "../../protocol/submission.ts";

export interface AskOptions {
  /** user@host, for the audit. */
  submitter: string;
  /** Further metadata of the status object. */
  metadata?: Readonly<Record<string, string>>;
  /** Only if the status object is still this one. */
  ifMatch?: string | undefined;
}

/**
 * Writes what a user asks for into the status object of a job.
 *
 * @returns whether it was written; false: the status object is another one by now
 */
export async function askFor(
  store: ObjectStore,
  prefix: string,
  state: "FILE_UPLOAD" | "JOB_CANCEL",
  { submitter, metadata, ifMatch }: AskOptions,
): Promise<boolean> {
  const done = await store.put(keyOf(prefix, STATUS_FILE), formatStatus(state), {
    contentType: "text/plain; charset=utf-8",
    metadata: {
      // HTTP headers carry ASCII only, and S3 takes 2 KB of metadata in all.
      [SUBMITTER_METADATA]: submitter.replace(/[^\x21-\x7e]/g, "?").slice(0, 256),
      ...metadata,
    },
    ...(ifMatch !== undefined && { ifMatch }),
  });
  return done !== undefined;
}

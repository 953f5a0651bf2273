import { readStatus, type StatusObject } from "../../bucket/job-objects/status.ts";
import type { ObjectStore } from "../../bucket/object-store.ts";
import { CommandError } from "../errors/command-error.ts";

/**
 * Reads a job's status object: one request.
 *
 * @throws CloudSubmitError `no-such-job` when there is none
 */
export async function jobStatus(store: ObjectStore, prefix: string): Promise<StatusObject> {
  const status = await readStatus(store, prefix);
  if (!status) throw noSuchJob(prefix);
  return status;
}

/** The error for a prefix without a status object. */
export function noSuchJob(prefix: string): CommandError {
  return new CommandError("no-such-job", (say) => say("problem.noSuchJob", { prefix }));
}

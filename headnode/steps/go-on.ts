import { CloudSubmitError } from "../../protocol/error.ts";
import type { JobEntry } from "../journal/job-entry.ts";

/**
 * Returns as long as a submission may still begin.
 *
 * @param when for the error, such as `before it was staged`
 * @throws CloudSubmitError `cancelled`; `unreachable` when the sweep has given it up and Slurm does not have it
 */
export function goOn(entry: JobEntry, when: string): void {
  if (entry.cancelRequested) throw new CloudSubmitError("cancelled", `cancelled ${when}`);
  if (entry.givenUpAt !== undefined && entry.slurm === undefined)
    throw new CloudSubmitError("unreachable", `given up ${when}: the Head Node had not answered`);
}

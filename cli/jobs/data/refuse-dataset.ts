import { lookAtDataset } from "../../../bucket/job-objects/dataset.ts";
import { untoldIsNone } from "../../../bucket/job-objects/untold.ts";
import type { ObjectStore } from "../../../bucket/object-store.ts";
import { CommandError } from "../../errors/command-error.ts";

/**
 * Refuses the name of a data set for a job: one request.
 *
 * @throws CloudSubmitError `usage`
 */
export async function refuseDataset(store: ObjectStore, prefix: string): Promise<void> {
  if (await lookAtDataset(store, prefix).catch(untoldIsNone))
    throw new CommandError("usage", (say) => say("data.isDataset", { prefix }));
}

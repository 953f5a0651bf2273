import { isSweep } from "../../../bucket/job-objects/is-sweep.ts";
import { readStatus } from "../../../bucket/job-objects/status.ts";
import { untoldIsNone } from "../../../bucket/job-objects/untold.ts";
import type { ObjectStore } from "../../../bucket/object-store.ts";
import { CommandError } from "../../errors/command-error.ts";

/** The error when a name is a job's or a sweep's, and so no data set's: two requests. */
export async function notDataset(
  store: ObjectStore,
  name: string,
): Promise<CommandError | undefined> {
  if (await isSweep(store, name).catch(untoldIsNone))
    return new CommandError("usage", (say) => say("data.isSweep", { name }));
  if (await readStatus(store, name).catch(untoldIsNone))
    return new CommandError("usage", (say) => say("data.isJob", { name }));
  return undefined;
}

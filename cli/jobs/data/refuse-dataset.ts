import { lookAtDataset } from "../../../bucket/job-objects/dataset.ts";
import { untoldIsNone } from "../../../bucket/job-objects/untold.ts";
import type { ObjectEntry, ObjectStore } from "../../../bucket/object-store.ts";
import { DATASET_FILE, keyOf } from "../../../protocol/objects.ts";
import { CommandError } from "../../errors/command-error.ts";

/**
 * Refuses the name of a data set for a job: one request.
 *
 * @throws CloudSubmitError `usage`
 */
export async function refuseDataset(store: ObjectStore, prefix: string): Promise<void> {
  if (await lookAtDataset(store, prefix).catch(untoldIsNone)) throw isDataset(prefix);
}

/**
 * The same by a listing of the prefix that is made anyway, before any of it is passed on. Where S3 does not list, it costs the
 * request.
 *
 * @throws CloudSubmitError `usage`, or what the listing throws
 */
export async function* unlessDataset(
  store: ObjectStore,
  prefix: string,
  objects: AsyncIterable<ObjectEntry>,
): AsyncGenerator<ObjectEntry> {
  const key = keyOf(prefix, DATASET_FILE);
  const before: ObjectEntry[] = [];
  let isPast = false;
  try {
    for await (const object of objects) {
      if (object.key === key) throw isDataset(prefix);
      isPast ||= object.key > key;
      before.push(object);
      if (isPast) yield* before.splice(0);
    }
  } catch (error) {
    if (!isPast && before.length === 0 && !(error instanceof CommandError))
      await refuseDataset(store, prefix);
    throw error;
  }
  yield* before;
}

function isDataset(prefix: string): CommandError {
  return new CommandError("usage", (say) => say("data.isDataset", { prefix }));
}

import { mapBounded } from "../../../bucket/flow/each-bounded.ts";
import { type DatasetSize, lookAtDataset } from "../../../bucket/job-objects/dataset.ts";
import { listPrefixes } from "../../../bucket/job-objects/list-prefixes.ts";
import type { ObjectStore } from "../../../bucket/object-store.ts";
import { isPrefix } from "../../../protocol/prefix.ts";
import { type NamePattern, timeOfPrefix } from "../job-name.ts";

/** Objects read at a time. */
const AT_ONCE = 32;

/** A data set of the list. */
export interface FoundDataset extends DatasetSize {
  name: string;
}

/**
 * The data sets of the bucket, by name: one listing of folders, then one request for each that may be one. Names that end
 * with a time are jobs', and are not looked at.
 */
export async function findDatasets(
  store: ObjectStore,
  names: NamePattern,
): Promise<FoundDataset[]> {
  const maybe: string[] = [];
  for await (const name of listPrefixes(store, names.start))
    if (isPrefix(name) && names.fits(name) && !timeOfPrefix(name)) maybe.push(name);
  const found = await mapBounded(maybe, AT_ONCE, async (name) => {
    const size = await lookAtDataset(store, name);
    return size && { name, ...size };
  });
  return found.flatMap((one) => one ?? []).toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

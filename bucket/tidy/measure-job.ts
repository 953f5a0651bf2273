import type { Inputs } from "../../protocol/manifest.ts";
import type { ObjectLister, VersionLister } from "../object-store.ts";
import { InputVersions, jobVersions } from "./job-versions.ts";

/** How much there is to remove. */
export interface Measured {
  /** Versions and delete markers. */
  objects: number;
  bytes: number;
}

/**
 * Counts what the removal of a job would remove: a request for each thousand versions.
 *
 * @param inputs only those of these that are still there
 */
export async function measureJob(
  store: ObjectLister & VersionLister,
  prefix: string,
  inputs?: Inputs,
): Promise<Measured> {
  const only = inputs && new InputVersions(prefix, inputs);
  const measured = { objects: 0, bytes: 0 };
  for await (const { entries } of jobVersions(store, prefix))
    for (const { size } of only ? only.of(entries) : entries) {
      measured.objects += 1;
      measured.bytes += size;
    }
  return measured;
}

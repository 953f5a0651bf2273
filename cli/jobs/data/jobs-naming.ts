import { eachBounded } from "../../../bucket/flow/each-bounded.ts";
import { listPrefixes } from "../../../bucket/job-objects/list-prefixes.ts";
import { readPresentManifest } from "../../../bucket/job-objects/manifest.ts";
import { readStatus } from "../../../bucket/job-objects/status.ts";
import type { ObjectStore } from "../../../bucket/object-store.ts";
import { isPrefix } from "../../../protocol/prefix.ts";
import { FINAL_STATES } from "../../../protocol/state.ts";
import { isDenied } from "../../errors/aws-error.ts";

/** Status objects read at a time. */
const AT_ONCE = 32;

/** Of jobs that have not ended, those that name objects of data sets. */
export interface JobsNaming {
  /** By data set, the first that was found. */
  jobs: Map<string, string>;
  /** false: not all jobs of the bucket may be seen. */
  isSure: boolean;
}

/**
 * Looks for jobs that have not ended and name objects of these data sets: one request for each prefix, and one for each
 * manifest of a job that has not ended.
 */
export async function jobsNaming(
  store: ObjectStore,
  names: readonly string[],
): Promise<JobsNaming> {
  const found: JobsNaming = { jobs: new Map(), isSure: true };
  const wanted = new Set(names);
  const look = async (prefix: string) => {
    if (!isPrefix(prefix) || wanted.has(prefix)) return;
    for (const name of await namedBy(store, prefix, wanted)) found.jobs.set(name, prefix);
  };
  try {
    await eachBounded(listPrefixes(store), AT_ONCE, look);
  } catch (error) {
    if (!isDenied(error)) throw error;
    // Users with prefixes of their own see those alone.
    found.isSure = false;
    for (const own of new Set(names.map((name) => name.replace(/(?<=.--).*$/s, ""))))
      await eachBounded(listPrefixes(store, own), AT_ONCE, look);
  }
  return found;
}

async function namedBy(
  store: ObjectStore,
  prefix: string,
  wanted: ReadonlySet<string>,
): Promise<Set<string>> {
  const named = new Set<string>();
  const status = await readStatus(store, prefix);
  if (!status || (status.state !== undefined && FINAL_STATES.has(status.state))) return named;
  const manifest = await readPresentManifest(store, prefix);
  for (const { source } of manifest?.inputs.values() ?? []) {
    const name = source?.key.slice(0, source.key.indexOf("/"));
    if (name !== undefined && wanted.has(name)) named.add(name);
  }
  return named;
}

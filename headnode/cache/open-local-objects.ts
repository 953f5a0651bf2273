import { join } from "node:path";
import type { Journal } from "../journal/journal.ts";
import type { StepPorts } from "../steps/ports.ts";
import { JobResults } from "./job-results.ts";
import { ObjectCache } from "./object-cache.ts";
import { StagedOnce } from "./staged-once.ts";

/** In the folder of all work folders; no job has such a name. */
export const CACHE_FOLDER = ".cache";

export interface LocalObjectsOptions
  extends Pick<StepPorts, "workRoot" | "home" | "log" | "now" | "sleep"> {
  journal: Pick<Journal, "lastEnded">;
  /** 0: nothing is kept. */
  cacheBytes: number;
}

/** All that a staging may take from the disk in place of S3: objects in the cache, and results of jobs. */
export async function openLocalObjects(
  options: LocalObjectsOptions,
): Promise<Required<Pick<StepPorts, "local" | "makeRoom">>> {
  const { workRoot, home, cacheBytes: maxBytes } = options;
  const cache = await ObjectCache.open({
    ...options,
    folder: join(workRoot, CACHE_FOLDER),
    notes: join(home, "cache", "notes"),
    maxBytes,
  });
  const results = new JobResults(options);
  return {
    local: new StagedOnce({ ...options, cache, results }),
    makeRoom: () => cache.makeRoom(),
  };
}

import { createHash } from "node:crypto";
import type { ListPage } from "../../bucket/listing/listing-page.ts";
import type { ObjectPager } from "../../bucket/listing/object-pager.ts";
import { keyOf, STATUS_FILE } from "../../protocol/objects.ts";
import { formatStatus } from "../../protocol/state.ts";

const PAGE = 1000;
const DONE = createHash("md5").update(formatStatus("JOB_COMPLETE")).digest("hex");
const WRITTEN = new Date("2026-01-01T00:00:00Z");

/**
 * The pages of a bucket that nobody could hold in memory: jobs that have ended, each with a status object in the middle of its
 * other objects.
 */
export function generatedPages(jobs: number, objectsPerJob: number): ObjectPager["page"] {
  const middle = Math.floor(objectsPerJob / 2);
  const keyAt = (index: number) => {
    const job = `job${String(Math.floor(index / objectsPerJob)).padStart(7, "0")}`;
    const at = index % objectsPerJob;
    if (at === middle) return keyOf(job, STATUS_FILE);
    return keyOf(job, `${at < middle ? "in" : "out"}/${String(at).padStart(7, "0")}`);
  };
  const total = jobs * objectsPerJob;
  return async ({ after }): Promise<ListPage> => {
    let [low, high] = [0, total];
    while (low < high) {
      const half = Math.floor((low + high) / 2);
      if (keyAt(half) > after) high = half;
      else low = half + 1;
    }
    const count = Math.min(PAGE, total - low);
    const objects = Array.from({ length: count }, (_, at) => ({
      key: keyAt(low + at),
      size: 13,
      etag: keyAt(low + at).endsWith(STATUS_FILE) ? DONE : "e",
      lastModified: WRITTEN,
    }));
    return { objects, commonPrefixes: [], next: low + count < total ? "more" : undefined };
  };
}

import { eachBounded } from "../../bucket/flow/each-bounded.ts";
import { removeIfAllowed } from "../../bucket/job-objects/remove-if-allowed.ts";
import type { ObjectStore } from "../../bucket/object-store.ts";
import { outputOfLiveKey } from "../../protocol/live-output.ts";
import { LIVE_FOLDER } from "../../protocol/objects.ts";
import type { Journal } from "../journal/journal.ts";

/** Removes the live objects of submissions whose job does not run, or that this agent has never had. */
export async function tidyLiveOutput(store: ObjectStore, journal: Journal): Promise<void> {
  const keys: string[] = [];
  for await (const { key } of store.list(LIVE_FOLDER)) keys.push(key);
  // Only now: of a listing that turns out to be wrong nothing is deleted.
  await eachBounded(keys, 8, async (key) => {
    const output = outputOfLiveKey(key);
    const entry = output && (await journal.get(output.prefix, output.submission));
    if (output && entry?.phase !== "running") await removeIfAllowed(store, key);
  });
}

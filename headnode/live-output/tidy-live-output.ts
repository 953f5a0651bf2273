import { eachBounded } from "../../bucket/flow/each-bounded.ts";
import type { ObjectStore } from "../../bucket/object-store.ts";
import { LIVE_FOLDER, outputOfLiveKey } from "../../protocol/live-output.ts";
import type { Journal } from "../journal/journal.ts";

/** Removes the live objects of submissions whose job does not run, or that this agent has never had. */
export async function tidyLiveOutput(store: ObjectStore, journal: Journal): Promise<void> {
  await eachBounded(store.list(LIVE_FOLDER), 8, async ({ key }) => {
    const output = outputOfLiveKey(key);
    const entry = output && (await journal.get(output.prefix, output.submission));
    if (output && entry?.phase !== "running") await store.delete(key);
  });
}

import { expect, test } from "@jest/globals";
import { S3Error } from "../../../../bucket/s3/s3-error.ts";
import type { Journal } from "../../../../headnode/journal/journal.ts";
import { tidyLiveOutput } from "../../../../headnode/live-output/tidy-live-output.ts";
import { liveKey } from "../../../../protocol/live-output.ts";
import { MemoryStore } from "../../../support/memory-store.ts";

const journal = { get: async () => undefined } as unknown as Journal;
const KEYS = ["s1", "s2", "s3"].map((submission) =>
  liveKey("job1", submission, { stream: "stdout", task: undefined }),
);

async function storeWithOutput(): Promise<MemoryStore> {
  const store = new MemoryStore();
  for (const key of KEYS) await store.put(key, "x");
  return store;
}

test("removes the live objects of submissions that are not known", async () => {
  const store = await storeWithOutput();
  await tidyLiveOutput(store, journal);
  expect([...store.objects.keys()]).toEqual([]);
});

test("removes none when the listing turns out to be wrong", async () => {
  const store = await storeWithOutput();
  const list = store.list.bind(store);
  store.list = async function* (prefix: string) {
    yield* list(prefix);
    throw new S3Error("UnsoundListing", "goes back");
  };
  await expect(tidyLiveOutput(store, journal)).rejects.toMatchObject({ name: "UnsoundListing" });
  expect([...store.objects.keys()].toSorted()).toEqual(KEYS.toSorted());
});

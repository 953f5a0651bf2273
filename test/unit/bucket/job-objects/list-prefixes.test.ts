import { expect, test } from "@jest/globals";
import { listPrefixes } from "../../../../bucket/job-objects/list-prefixes.ts";
import { collect } from "../../../support/collect.ts";
import { MemoryStore } from "../../../support/memory-store.ts";

test("names every job once, no object at the top, and nothing of the system's own", async () => {
  const store = new MemoryStore();
  for (const key of [
    "job1/a",
    "job1/b/c",
    "job10/a",
    "a b/x",
    "readme.txt",
    ".cloud-submit/heartbeat.json",
    ".cloud-submit2/x",
  ])
    await store.put(key, "");
  expect(await collect(listPrefixes(store))).toEqual([".cloud-submit2", "a b", "job1", "job10"]);
  expect(await collect(listPrefixes(store, "job1"))).toEqual(["job1", "job10"]);
  expect(await collect(listPrefixes(new MemoryStore()))).toEqual([]);
});

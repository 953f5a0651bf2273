import { expect, test } from "@jest/globals";
import { readStatus } from "../../../../../bucket/job-objects/status.ts";
import { measureJob } from "../../../../../bucket/tidy/measure-job.ts";
import { removeJob } from "../../../../../bucket/tidy/remove-job.ts";
import { keptBelow, NOW, THEN, writesAt } from "../../../../support/ended-job.ts";
import { MemoryStore } from "../../../../support/memory-store.ts";

const STATUS = "job1/job-aws-stat.txt";

/** A bucket with files of an upload that was interrupted. */
async function scene(at: number, { keepsVersions = true } = {}): Promise<MemoryStore> {
  const store = new MemoryStore();
  store.keepsVersions = keepsVersions;
  writesAt(store, at);
  for (const name of ["a", "b", "c"]) await store.put(`job1/${name}`, name);
  writesAt(store, NOW);
  return store;
}

test.each([true, false])(
  "files without a status object go when they are old; versions: %j",
  async (keepsVersions) => {
    const store = await scene(THEN, { keepsVersions });
    const measured = await measureJob(store, "job1");
    const removal = await removeJob(store, "job1", undefined, { nonce: "n1" });
    expect(removal).toMatchObject({ end: "removed", ...measured });
    expect(await keptBelow(store, "job1")).toEqual([]);
    expect(store.objects.size).toBe(0);
  },
);

test("they stay while an upload may be under way, and the name is free", async () => {
  const store = await scene(NOW - 60_000);
  const removal = await removeJob(store, "job1", undefined, { nonce: "n1" });
  expect(removal).toMatchObject({ end: "remains", objects: 0, young: 3 });
  expect([...store.objects.keys()]).toEqual(["job1/a", "job1/b", "job1/c"]);
});

test("a client that submits meanwhile keeps all", async () => {
  const store = await scene(THEN);
  await store.put(STATUS, "FILE_UPLOAD\n");
  const removal = await removeJob(store, "job1", undefined, { nonce: "n1" });
  expect(removal).toMatchObject({ end: "changed", objects: 0 });
  expect(store.objects.size).toBe(4);
});

test("one that was interrupted is repeated, and an upload's files are no older by it", async () => {
  const store = await scene(THEN);
  store.before = (operation) => {
    if (operation === "deleteMany") throw new Error("gone");
  };
  await expect(removeJob(store, "job1", undefined, { nonce: "n1" })).rejects.toThrow("gone");
  store.before = () => undefined;
  // Written before the claim is read again, and after the first one began.
  await store.put("job1/d", "d");
  writesAt(store, NOW + 60_000);
  const again = await readStatus(store, "job1");
  expect(again?.metadata).toHaveProperty("removing");
  const removal = await removeJob(store, "job1", again, { nonce: "n2" });
  expect(removal).toMatchObject({ end: "remains", young: 1 });
  expect([...store.objects.keys()]).toEqual(["job1/d"]);
});

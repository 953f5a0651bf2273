import { expect, test } from "@jest/globals";
import { readInputManifest, writeInputManifest } from "../../../../bucket/job-objects/manifest.ts";
import { MemoryStore } from "../../../support/memory-store.ts";

const KEY = "job1/job-aws-manifest.json";
const inputs = [{ path: "data", size: 1, etag: "e" }];

test("is read back as it was written, by one request", async () => {
  const store = new MemoryStore();
  const id = await writeInputManifest(store, "job1", inputs);
  expect(id).toEqual({ etag: store.objects.get(KEY)?.etag, version: "version1" });
  expect([...(await readInputManifest(store, "job1", id!)).inputs.values()]).toEqual(inputs);
  expect(store.requests).toEqual({ put: 1, get: 1 });
});

test("is read in its version when it was replaced, and never another one", async () => {
  const store = new MemoryStore();
  const id = await writeInputManifest(store, "job1", inputs);
  await writeInputManifest(store, "job1", []);
  expect((await readInputManifest(store, "job1", id!)).inputs.size).toBe(1);
  for (const other of [{ etag: id!.etag }, { ...id!, version: "version2" }])
    await expect(readInputManifest(store, "job1", other)).rejects.toMatchObject({
      code: "inputs-changed",
    });
});

test("in a bucket without versions it has none", async () => {
  const store = new MemoryStore();
  store.keepsVersions = false;
  expect(await writeInputManifest(store, "job1", [])).toEqual({
    etag: store.objects.get(KEY)?.etag,
  });
});

test("what is no manifest is an error that says what to do", async () => {
  const store = new MemoryStore();
  const etag = (await store.put(KEY, "{}")) ?? "";
  await expect(readInputManifest(store, "job1", { etag })).rejects.toMatchObject({
    code: "stage-in-failed",
    message:
      "job1/job-aws-manifest.json is no manifest that this agent can read: `version` is not 1; correct it, or submit without one",
  });
});

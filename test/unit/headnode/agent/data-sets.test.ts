import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { submitJob } from "../../../../cli/jobs/submit-job.ts";
import { dataPut } from "../../../../cli/verbs/data/put.ts";
import { scriptFolder } from "../../../support/job-folder.ts";
import { MemoryStore } from "../../../support/memory-store.ts";
import { snapshot, stage } from "../../../support/staging.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";
import { testContext } from "../../../support/test-ui.ts";

/** A client on a bucket, and its data set of two files. */
function client(store = new MemoryStore()) {
  const { context } = testContext({ out: () => undefined, err: () => undefined });
  const own = { ...context, store };
  const folder = temporaryFolder();
  mkdirSync(join(folder, "ref"));
  writeFileSync(join(folder, "ref", "a"), "first");
  writeFileSync(join(folder, "tool"), "#!/bin/sh\n", { mode: 0o755 });
  return {
    store,
    folder,
    put: (name = "genome") => dataPut(own, folder, name, {}),
    submit: (...input: string[]) => submitJob(own, scriptFolder(), { prefix: "job1", input }),
  };
}

test("a job gets what a data set held when it was submitted, and none of its own objects", async () => {
  const { store, put, submit } = client();
  await put();
  await submit("genome=data", "genome/ref/a");
  const { result, folder } = await stage(store, "job1");
  expect(result?.phase).toBe("staged");
  const seen = Object.entries(snapshot(folder)).map(([path, said]) => [path, said.slice(4)]);
  expect(Object.fromEntries(seen)).toEqual({
    a: "first",
    "data/ref/a": "first",
    "data/tool": "#!/bin/sh\n",
    "job-aws-run.sh": "#!/bin/sh\n",
  });
});

test.each([true, false])(
  "of a data set that was put anew meanwhile, it gets the old one or none; versions kept: %p",
  async (keepsVersions) => {
    const { store, folder, put, submit } = client();
    store.keepsVersions = keepsVersions;
    await put();
    await submit("genome/ref/a");
    writeFileSync(join(folder, "ref", "a"), "second");
    await put();
    const staged = await stage(store, "job1");
    if (keepsVersions) expect(snapshot(staged.folder).a).toMatch(/first$/);
    else expect(staged.result).toMatchObject({ error: { code: "inputs-changed" } });
  },
);

test.each(["a read key that was guessed", "the read key of another object"])(
  "a forged data set with %s gains nothing",
  async (which) => {
    const { store, put, submit } = client();
    await put("alice--secret");
    await put("mallory--own");
    const held = store.objects.get("alice--secret/ref/a")!;
    const readKey =
      which === "a read key that was guessed"
        ? "g".repeat(22)
        : store.objects.get("mallory--own/ref/a")?.metadata["read-key"];
    const set = {
      version: 1,
      createdAt: "2026-11-24T12:00:00Z",
      files: 1,
      bytes: held.body.length,
    };
    const inputs = [{ path: "ref/a", size: held.body.length, etag: held.etag }];
    // Mallory may write there in this test: even then it is of no use.
    const text = JSON.stringify({ ...set, readKey, inputs });
    await store.put("alice--secret/job-aws-dataset.json", text);
    await submit("alice--secret");
    const { result } = await stage(store, "job1");
    expect(result).toMatchObject({ outcome: "rejected", error: { code: "inputs-changed" } });
    expect(JSON.stringify(result)).not.toContain(String(held.metadata["read-key"]));
  },
);

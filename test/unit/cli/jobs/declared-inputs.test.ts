import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { declaredInputs } from "../../../../cli/jobs/declared-inputs.ts";
import { type SubmitOptions, submitJob } from "../../../../cli/jobs/submit-job.ts";
import { dataPut } from "../../../../cli/verbs/data/put.ts";
import { parseManifest } from "../../../../protocol/manifest.ts";
import { scriptFolder } from "../../../support/job-folder.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";
import { testContext } from "../../../support/test-ui.ts";

const KEY = "j".repeat(22);
const MANIFEST = "job1/job-aws-manifest.json";

/** A bucket with the data set `genome`, and a client. */
async function scene() {
  const { context, store } = testContext({ err: () => undefined, out: () => undefined });
  const sent = { bytes: 0 };
  store.before = () => undefined;
  const folder = temporaryFolder();
  mkdirSync(join(folder, "ref", "empty"), { recursive: true });
  writeFileSync(join(folder, "ref", "a"), "a".repeat(1000), { mode: 0o644 });
  writeFileSync(join(folder, "tool"), "#!/bin/sh\n", { mode: 0o755 });
  symlinkSync("ref/a", join(folder, "link"));
  await dataPut(context, folder, "genome", {});
  const submit = (input: string[], options: SubmitOptions = {}, path = scriptFolder()) =>
    submitJob(context, path, { prefix: "job1", input, ...options });
  const manifest = () => parseManifest(store.text(MANIFEST) ?? "")!;
  /** A job as its client and the cloud side have left it. */
  const job = async (prefix: string, state: string, readKey: string | undefined = KEY) => {
    await store.put(`${prefix}/job-aws-stat.txt`, `${state}\n`, { metadata: { submission: "s1" } });
    const text = JSON.stringify({ version: 1, readKey, inputs: [] });
    await store.put(`${prefix}/job-aws-manifest.json`, text);
  };
  return { context, store, submit, manifest, job, sent };
}

describe("an input of a data set", () => {
  test("is named in the manifest, read-only, and nothing of it is sent again", async () => {
    const { store, submit, manifest } = await scene();
    const writes = store.writes.length;
    store.requests = {};
    const { bytes } = await submit(["genome"]);
    expect(bytes).toBe("#!/bin/sh\n".length);
    expect(store.writes.slice(writes)).toEqual([
      "job1/job-aws-run.sh",
      MANIFEST,
      "job1/job-aws-stat.txt",
    ]);
    // The status object, whether the name is a data set's, and one read of the data set.
    expect(store.requests).toEqual({ get: 2, list: 1, put: 3 });
    const { etag, versionId, metadata } = store.objects.get("genome/ref/a")!;
    expect(manifest().inputs.get("genome/ref/a")).toEqual({
      path: "genome/ref/a",
      size: 1000,
      etag,
      version: versionId,
      mode: "0444",
      mtime: metadata.mtime,
      source: { key: "genome/ref/a", readKey: metadata["read-key"] },
    });
    const { inputs } = manifest();
    expect(inputs.get("genome/tool")?.mode).toBe("0555");
    expect(inputs.get("genome/link")).toMatchObject({ symlink: "ref/a" });
    expect(inputs.get("genome/ref/empty/")).not.toHaveProperty("source");
    expect(inputs.size).toBe(5);
  });

  test("may be a folder or a file of it, at another place, several of one by one read", async () => {
    const { store, submit, manifest } = await scene();
    store.requests = {};
    await submit(["genome/ref", "genome/tool=bin/run", "genome/ref/a=copy"]);
    expect([...manifest().inputs.keys()]).toEqual([
      "bin/run",
      "copy",
      "job-aws-run.sh",
      "ref/a",
      "ref/empty/",
    ]);
    expect(store.requests.get).toBe(2);
  });

  test("goes with a script by itself, too", async () => {
    const { submit, manifest } = await scene();
    await submit(["genome/ref/a"], {}, join(scriptFolder(), "job-aws-run.sh"));
    expect([...manifest().inputs.keys()]).toEqual(["a", "job-aws-run.sh"]);
  });

  test.each([
    ["genome/no", /has no such path/],
    ["genome/re", /has no such path/],
    ["none", /there is no such data set/],
    ["torn", /is not whole/],
    ["new", /new: its data set cannot be read: put it again/],
    ["job1", /it is the job itself/],
    ["genome=..", /path segment/],
  ])("%s is refused, and nothing is sent", async (input, message) => {
    const { store, submit } = await scene();
    await store.put("torn/job-aws-dataset.json", '{"version":1,"incomplete":"put","id":"x"}');
    await store.put("new/job-aws-dataset.json", '{"version":2}');
    const writes = store.writes.length;
    await expect(submit([input])).rejects.toThrow(message);
    expect(store.writes).toHaveLength(writes);
  });

  test("has no place where the folder has a file of its own, or one in its way", async () => {
    const { store, submit, manifest } = await scene();
    const folder = scriptFolder();
    mkdirSync(join(folder, "in"));
    writeFileSync(join(folder, "in", "x"), "1");
    symlinkSync("in", join(folder, "link"));
    const writes = store.writes.length;
    for (const where of ["in", "in/x", "in/x/y", "link", "link/y"])
      await expect(submit([`genome=${where}`], {}, folder)).rejects.toThrow(/the folder has "/);
    expect(store.writes).toHaveLength(writes);
    await submit(["genome/tool=in/tool"], {}, folder);
    expect(manifest().inputs.has("in/x")).toBe(true);
    writeFileSync(join(folder, ".cloudsubmitignore"), "/in\n");
    await store.put("job1/job-aws-stat.txt", "JOB_COMPLETE\n");
    await submit(["genome/tool=in"], {}, folder);
    expect(manifest().inputs.get("in")?.source?.key).toBe("genome/tool");
  });

  test("of a forged data set names nothing but objects below its own name", async () => {
    const { context, store } = await scene();
    const one = { size: 1, etag: "e" };
    const forged = (path: string, more: object = {}) =>
      JSON.stringify({
        version: 1,
        createdAt: "2026-11-24T12:00:00.000Z",
        files: 1,
        bytes: 1,
        readKey: KEY,
        inputs: [{ ...one, path, ...more }],
      });
    const key = "mallory/job-aws-dataset.json";
    const declare = () =>
      declaredInputs(context.store, ["mallory"], { prefix: "j", folder: undefined });
    await store.put(key, forged("genome/ref/a"));
    expect((await declare()).inputs[0]?.source).toEqual({
      key: "mallory/genome/ref/a",
      readKey: KEY,
    });
    for (const text of [
      forged("../genome/ref/a"),
      forged("a", { source: { key: "genome/ref/a", readKey: KEY } }),
      forged("job-aws-stat.txt"),
    ]) {
      await store.put(key, text);
      await expect(declare()).rejects.toThrow(/cannot be read/);
    }
    // It is for the agent alone to say whether a read key is the object's.
    await store.put(key, forged("a", { mode: "4777" }));
    expect((await declare()).inputs[0]).toMatchObject({ path: "mallory/a", mode: "0444" });
  });
});

describe("an input of a job's results", () => {
  test("of a job that has ended is written to the manifest with its read key", async () => {
    const { store, submit, manifest, job } = await scene();
    await job("job0", "JOB_COMPLETE");
    await submit(["job0:out/model", "job0:log=logs/of-job0"]);
    expect(manifest().from).toEqual([
      { prefix: "job0", path: "out/model", where: "model", readKey: KEY },
      { prefix: "job0", path: "log", where: "logs/of-job0", readKey: KEY },
    ]);
    expect(store.objects.get("job1/job-aws-stat.txt")?.metadata.after).toBeUndefined();
  });

  test("of one that has not ended also waits for it, unless --after says how", async () => {
    const after = async (given?: string[]) => {
      const { store, submit, job } = await scene();
      await job("job0", "JOB_SUBMIT");
      await submit(["job0:out"], { after: given });
      return store.objects.get("job1/job-aws-stat.txt")?.metadata.after;
    };
    expect(await after()).toBe("job0@s1");
    expect(await after(["job0:any"])).toBe("job0:any@s1");
  });

  test.each([
    ["none:out", "there is no such job"],
    ["old:out", "its results cannot be named"],
    ["bare:out", "its results cannot be named"],
    ["job1:out", "it is the job itself"],
  ])("%s is refused, and nothing is sent", async (input, message) => {
    const { store, submit, job } = await scene();
    await job("old", "JOB_COMPLETE", "");
    await store.put("bare/job-aws-stat.txt", "JOB_COMPLETE\n");
    const writes = store.writes.length;
    await expect(submit([input])).rejects.toThrow(message);
    expect(store.writes).toHaveLength(writes);
  });
});

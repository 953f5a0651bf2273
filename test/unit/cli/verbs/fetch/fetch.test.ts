import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { S3Error } from "../../../../../bucket/s3/s3-error.ts";
import { submitJob } from "../../../../../cli/jobs/submit-job.ts";
import { sayEnglish } from "../../../../../cli/messages/say.ts";
import { wayOnLine } from "../../../../../cli/ui/way-on.ts";
import { fetchFiles, fetchOutput } from "../../../../../cli/verbs/fetch/fetch.ts";
import { endingJobs } from "../../../../support/ending-jobs.ts";
import { scriptFolder } from "../../../../support/job-folder.ts";
import { temporaryFolder } from "../../../../support/temporary-folder.ts";

describe("fetch", () => {
  test("brings the files; --json fits its schema", async () => {
    const { context, store, end, out } = endingJobs({ json: true });
    await end("a");
    await store.put("a/result", "42");
    const to = temporaryFolder();
    await fetchFiles(context, "a", { to });
    expect(fetchOutput.parse(JSON.parse(out[0] ?? ""))).toMatchObject({
      files: 2,
      skippedCount: 0,
    });
    expect(readFileSync(join(to, "result"), "utf8")).toBe("42");
  });

  test("--json tells of files that cannot be here by code and values", async () => {
    const { context, store, end, out } = endingJobs({ json: true });
    await end("a");
    await store.put(`a/${"x".repeat(256)}`, "x");
    const to = temporaryFolder();
    writeFileSync(join(to, "more"), "");
    await expect(fetchFiles(context, "a", { to, delete: true })).rejects.toMatchObject({
      code: "transfer",
    });
    expect(fetchOutput.parse(JSON.parse(out[0] ?? ""))).toMatchObject({
      skipped: [
        { code: "name-too-long", values: { max: "255" }, reason: "a name of more than 255 bytes" },
      ],
      notes: [{ path: ".", code: "nothing-deleted", values: {} }],
    });
  });

  test("says that results are not final, and names what cannot be a file", async () => {
    const { context, store, state, err, out } = endingJobs();
    await state("a", "JOB_SUBMIT");
    await store.put("a/../../etc/passwd", "x");
    await expect(fetchFiles(context, "a", { to: temporaryFolder() })).rejects.toMatchObject({
      code: "transfer",
    });
    expect(err[0]).toMatch(/a is JOB_SUBMIT: these are not its final results/);
    expect(err[1]).toMatch(/^left out /);
    expect(out[0]).toMatch(/^Fetched 0 files/);
  });
});

describe("a fetch that fails says how to go on", () => {
  const wayOn = async (until: string, hasEnded: boolean) => {
    const { context, store, end, state } = endingJobs();
    await (hasEnded ? end("a") : state("a", "JOB_SUBMIT"));
    await store.put("a/result", "42");
    store.before = (operation, key) => {
      if (`${operation} ${key}`.startsWith(until)) throw new S3Error("NotFromS3", "status 302");
    };
    await expect(fetchFiles(context, "a", { to: temporaryFolder() })).rejects.toThrow("302");
    const { wayOn: way } = context.interrupt;
    return way && wayOnLine(sayEnglish, way);
  };

  test("and, where the bucket has told so, that it has the results", async () => {
    const line = await wayOn("list", true);
    expect(line).toMatch(/^The results are in the bucket.*cloud-submit fetch a --to/);
  });

  test.each([
    ["nothing has come from the bucket", "get a/job-aws-stat", true],
    ["the job has not ended", "list", false],
  ])("without such a claim where %s", async (_, until, hasEnded) => {
    expect(await wayOn(until, hasEnded)).toMatch(/^To go on: .*cloud-submit fetch a/);
  });
});

describe("where a user's own files are", () => {
  const changed = () => {
    const folder = scriptFolder();
    writeFileSync(join(folder, "params.txt"), "1");
    const { context, ...rest } = endingJobs();
    context.copyStates = temporaryFolder();
    return { folder, context, ...rest };
  };

  test("an edit since submit is kept, and said; --overwrite replaces it", async () => {
    const { folder, context, store, end, err, out } = changed();
    await submitJob(context, folder, { prefix: "a" });
    await end("a");
    await store.put("a/params.txt", "job's");
    writeFileSync(join(folder, "params.txt"), "mine");
    context.json = true;
    await fetchFiles(context, "a", { to: folder });
    expect(fetchOutput.parse(JSON.parse(out[0] ?? ""))).toMatchObject({
      beside: [{ path: "params.txt", at: "params.txt.fetched" }],
      besideCount: 1,
    });
    expect(err.join("\n")).toContain(
      '"params.txt" was changed here and is kept; the job\'s file is "params.txt.fetched"',
    );
    expect(readFileSync(join(folder, "params.txt"), "utf8")).toBe("mine");
    await fetchFiles(context, "a", { to: folder, overwrite: true });
    expect(readFileSync(join(folder, "params.txt"), "utf8")).toBe("job's");
  });

  test("what was sent and not touched is replaced", async () => {
    const { folder, context, store, end } = changed();
    await submitJob(context, folder, { prefix: "a" });
    await end("a");
    await store.put("a/params.txt", "job's");
    await fetchFiles(context, "a", { to: folder });
    expect(readFileSync(join(folder, "params.txt"), "utf8")).toBe("job's");
  });

  test("a folder that only happens to be called like the job is not filled", async () => {
    const { context, end, store } = changed();
    await end("train");
    await store.put("train/result", "42");
    const at = process.cwd();
    process.chdir(temporaryFolder());
    try {
      mkdirSync("train");
      writeFileSync("train/model.txt", "mine");
      await expect(fetchFiles(context, "train", {})).rejects.toMatchObject({ code: "usage" });
      expect(readdirSync("train")).toEqual(["model.txt"]);
      await fetchFiles(context, "train", { to: "train" });
      expect(readdirSync("train").toSorted()).toContain("result");
      rmSync("train", { recursive: true });
      await fetchFiles(context, "train", {});
      await fetchFiles(context, "train", {});
    } finally {
      process.chdir(at);
    }
  });

  test("a file in place of the folder is named", async () => {
    const { context, end } = changed();
    await end("a");
    const to = join(temporaryFolder(), "file");
    writeFileSync(to, "");
    await expect(fetchFiles(context, "a", { to })).rejects.toMatchObject({ code: "usage" });
  });
});

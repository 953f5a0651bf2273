import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { submitJob } from "../../../../../../cli/jobs/submit-job.ts";
import { fetchFiles, work } from "../../../../../../cli/verbs/fetch/fetch.ts";
import { status } from "../../../../../../cli/verbs/status/status.ts";
import { submissionOf } from "../../../../../../protocol/submission.ts";
import { endingJobs } from "../../../../../support/ending-jobs.ts";
import { scriptFolder } from "../../../../../support/job-folder.ts";
import { temporaryFolder } from "../../../../../support/temporary-folder.ts";

/** Paths of the files below a folder. */
function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .toSorted();
}

function put(folder: string, paths: readonly string[]): void {
  for (const path of paths) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), path);
  }
}

/** A job that was sent with an input, has made these results, and has ended. */
async function endedJob(results: readonly string[], json = false) {
  const w = endingJobs({ json });
  const folder = scriptFolder();
  put(folder, ["in.csv"]);
  await submitJob(w.context, folder, { prefix: "a" });
  const asked = w.store.objects.get("a/job-aws-stat.txt")!;
  const requested = asked.lastModified!.toISOString();
  for (const path of results) await w.store.put(`a/${path}`, path);
  await w.end("a", { submission: submissionOf(asked), times: { requested } });
  return { ...w, folder, to: temporaryFolder() };
}

const RESULTS = ["out/a.csv", "out/tmp/b.csv", "log"];

describe("only what is chosen comes", () => {
  test.each([
    [{ include: ["/out/**"] }, ["out/a.csv", "out/tmp/b.csv"]],
    [{ include: ["/out/**"], exclude: ["tmp"] }, ["out/a.csv"]],
    [{ exclude: ["*.csv", "job-aws-*"] }, ["log"]],
    [{ resultsOnly: true }, ["job-aws-job.json", "log", "out/a.csv", "out/tmp/b.csv"]],
    [{ resultsOnly: true, include: ["*.csv"] }, ["out/a.csv", "out/tmp/b.csv"]],
  ])("%j", async (flags, expected) => {
    const { context, to } = await endedJob(RESULTS);
    await fetchFiles(context, "a", { to, ...flags });
    expect(filesIn(to)).toEqual(expected);
  });

  test("what fits nothing is said", async () => {
    const { context, to, err } = await endedJob(RESULTS);
    await fetchFiles(context, "a", { to, include: ["nothing"] });
    expect(err).toContain("the job has no file that fits");
  });

  test("results are those of this run: neither what was there before, nor what came after", async () => {
    const { context, store, folder, to, end } = await endedJob(["of-first-run"]);
    await submitJob(context, folder, { prefix: "a" });
    const asked = store.objects.get("a/job-aws-stat.txt")!;
    const requested = asked.lastModified!.toISOString();
    await store.put("a/in.csv", "changed by the job");
    await end("a", { submission: submissionOf(asked), times: { requested } });
    await store.put("a/next.csv", "for the next run");
    await fetchFiles(context, "a", { to, resultsOnly: true });
    expect(filesIn(to)).toEqual(["in.csv", "job-aws-job.json"]);
  });

  test("within the second of the request, the manifest tells inputs from results", async () => {
    const { context, store, to } = await endedJob(RESULTS);
    const { lastModified } = store.objects.get("a/job-aws-job.json")!;
    for (const held of store.objects.values()) held.lastModified = lastModified;
    const text = store.text("a/job-aws-job.json")!;
    const requested = lastModified!.toISOString();
    const record = text.replace(/"requested": "[^"]+"/, `"requested": "${requested}"`);
    store.objects.get("a/job-aws-job.json")!.body = Buffer.from(record);
    await fetchFiles(context, "a", { to, resultsOnly: true });
    expect(filesIn(to)).toEqual(["job-aws-job.json", "log", "out/a.csv", "out/tmp/b.csv"]);
  });

  test("while there is no record of this submission there are no results", async () => {
    const { context, folder, to } = await endedJob(RESULTS);
    await submitJob(context, folder, { prefix: "a" });
    await fetchFiles(context, "a", { to, resultsOnly: true });
    expect(filesIn(to)).toEqual([]);
  });

  test.each([
    [{ resultsOnly: true, delete: true }, "--results-only or --delete"],
    [{ list: true, delete: true }, "--list or --delete"],
    [{ include: ["a", "[b"] }, "--include: line 2"],
    [{ exclude: [" "] }, "--exclude: give a pattern"],
  ])("%j is refused before anything is asked", async (flags, words) => {
    const { context, requests } = endingJobs();
    await expect(fetchFiles(context, "a", flags)).rejects.toMatchObject({
      code: "usage",
      message: expect.stringContaining(words),
    });
    expect(requests).toEqual([]);
  });
});

describe("--delete with a selection", () => {
  test("names each file that it removes", async () => {
    const { context, to, err, out } = await endedJob([]);
    put(to, ["old \u001b.csv", "x/old.csv", "mine.txt"]);
    await fetchFiles(context, "a", { to, include: ["*.csv"], delete: true });
    expect(err.slice(1).toSorted()).toEqual(['deleted "old \\u001b.csv"', 'deleted "x/old.csv"']);
    expect(out.at(-1)).toMatch(/^Fetched/);
  });

  test("does not look where nothing can be chosen", async () => {
    const { context, to, err } = await endedJob(["out/a.csv"]);
    put(to, ["out/old.csv", "out/tmp/x", "usr/lib/x"]);
    // Whoever sees one is not sure that all was seen, and deletes nothing.
    for (const folder of ["out/tmp", "usr", "usr/lib", "."])
      execFileSync("mkfifo", [join(to, folder, "fifo")]);
    const flags = { include: ["/out/**"], exclude: ["/out/tmp"], to, delete: true };
    await fetchFiles(context, "a", flags);
    expect(err.slice(1)).toEqual(['deleted "out/old.csv"']);
  });

  test("what an exclusion takes back is looked for below it", async () => {
    const { context, to } = await endedJob([]);
    put(to, ["out/old.csv", "out/old.txt"]);
    await fetchFiles(context, "a", { to, exclude: ["out", "!*.csv", "job-*"], delete: true });
    expect(filesIn(to)).toEqual(["in.csv", "out/old.txt"]);
  });

  test("removes what was chosen and is gone, and nothing else", async () => {
    const { context, to } = await endedJob(["out/a.csv"]);
    put(to, ["out/old.csv", "out/old.txt", "only/old.csv", "mine.txt"]);
    await fetchFiles(context, "a", { to, include: ["*.csv"], delete: true });
    expect(filesIn(to)).toEqual(["in.csv", "mine.txt", "out/a.csv", "out/old.txt"]);
    // It was not chosen itself.
    expect(readdirSync(to)).toContain("only");
  });

  test("never removes what was not chosen, whatever is here and there", async () => {
    const path = fc
      .array(fc.constantFrom("a", "b", "out", "x.csv", "y.tmp"), { minLength: 1, maxLength: 3 })
      .map((parts) => parts.join("/"));
    const rules = fc.array(fc.constantFrom("*.csv", "/out/**", "!b", "a", "out/", "*"), {
      maxLength: 2,
    });
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(path, { maxLength: 5 }),
        fc.uniqueArray(path, { maxLength: 5 }),
        rules,
        rules,
        async (there, here, include, exclude) => {
          const { context, store, end } = endingJobs();
          await end("a");
          for (const one of there) await store.put(`a/${one}`, "theirs");
          const to = temporaryFolder();
          // Of names that are a file and a folder, the first.
          for (const one of here)
            try {
              put(to, [one]);
            } catch {
              continue;
            }
          const before = filesIn(to);
          const flags = { include, exclude, delete: true, to };
          await fetchFiles(context, "a", flags).catch(() => undefined);
          const after = new Set(filesIn(to));
          const gone = before.filter((one) => !after.has(one));
          const fresh = endingJobs({ json: true });
          await fresh.end("a");
          for (const one of gone) await fresh.store.put(`a/${one}`, "");
          await fetchFiles(fresh.context, "a", { include, exclude, list: true });
          const chosen = JSON.parse(fresh.out[0] ?? "[]") as { path: string }[];
          expect(chosen.map((one) => one.path)).toEqual(expect.arrayContaining(gone));
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe("--list", () => {
  test("shows what would come, and makes nothing", async () => {
    const { context, out, to } = await endedJob(RESULTS);
    await fetchFiles(context, "a", { to: join(to, "x"), list: true, include: ["*.csv"] });
    expect(out.map((line) => line.split("\t").slice(0, 2))).toEqual([
      ["in.csv", "6"],
      ["out/a.csv", "9"],
      ["out/tmp/b.csv", "13"],
    ]);
    expect(readdirSync(to)).toEqual([]);
  });

  test("with --json is an array that fits the schema, an empty one too", async () => {
    const { context, out } = await endedJob(RESULTS, true);
    await fetchFiles(context, "a", { list: true, include: ["log"] });
    await fetchFiles(context, "a", { list: true, include: ["nothing"] });
    const [one, none] = out.map((line) => work.output.parse(JSON.parse(line)));
    const time = expect.stringMatching(/^\d{4}-.*Z$/);
    expect([one, none]).toEqual([[{ path: "log", size: 3, time }], []]);
  });

  test("on a terminal it has a head, and sizes for people", async () => {
    const { context, store, out } = await endedJob([]);
    await store.put("a/large", Buffer.alloc(3 << 20));
    context.columns = 80;
    await fetchFiles(context, "a", { list: true, include: ["large"] });
    expect(out[0]).toMatch(/^PATH\s+SIZE\s+TIME$/);
    expect(out[1]).toMatch(/^large\s+3\.0 MiB/);
  });
});

test("what stayed on the cluster is told in one line, by fetch and by status", async () => {
  const { context, end, err, out } = endingJobs();
  const stageOut = {
    verdict: "complete" as const,
    files: 1,
    bytes: 1,
    skipped: [],
    skippedCount: 0,
    notChosen: { files: 2, bytes: 2048 },
  };
  await end("a", { stageOut });
  await fetchFiles(context, "a", { to: temporaryFolder() });
  expect(err).toEqual(["by its rules for results, 2 files (2.0 KiB) stayed on the cluster"]);
  await status(context, "a", {});
  expect(out).toContainEqual(expect.stringMatching(/^not chosen +2 files, 2\.0 KiB$/));
});

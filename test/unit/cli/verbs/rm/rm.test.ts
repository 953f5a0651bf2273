import { describe, expect, test } from "@jest/globals";
import { readStatus } from "../../../../../bucket/job-objects/status.ts";
import { S3Error } from "../../../../../bucket/s3/s3-error.ts";
import { removalOutput } from "../../../../../cli/jobs/remove-jobs.ts";
import { isYes } from "../../../../../cli/ui/ask-yes.ts";
import { prune } from "../../../../../cli/verbs/prune/prune.ts";
import { rm } from "../../../../../cli/verbs/rm/rm.ts";
import { isBeingRemoved } from "../../../../../protocol/removal.ts";
import { DAY, endedJob, keptBelow, NOW, THEN, writesAt } from "../../../../support/ended-job.ts";
import type { MemoryStore } from "../../../../support/memory-store.ts";
import { testContext } from "../../../../support/test-ui.ts";

/** A bucket of ended jobs, on a clock. */
async function scene(names: readonly string[], { json = false } = {}) {
  const { context, store, out, err } = testContext({ json, now: () => new Date(NOW) });
  for (const name of names) await endedJob(store, name);
  const asked: string[] = [];
  const answer = (yes: boolean) => async (question: string) => asked.push(question) > 0 && yes;
  return { context, store, out, err, asked, answer };
}

describe("rm", () => {
  test("shows what goes, asks, and removes it", async () => {
    const { context, store, out, asked, answer } = await scene(["job1", "job2", "job3"]);
    expect(await rm(context, ["job1", "job2", "job1"], {}, answer(true))).toBe(0);
    expect(asked).toEqual(["Remove them for good?"]);
    expect(out.slice(0, 3)).toEqual([
      expect.stringContaining("job1"),
      expect.stringContaining("job2"),
      expect.stringMatching(/^2 jobs, 12 objects, /),
    ]);
    expect(out[3]).toMatch(/^Removed job1: 6 objects, /);
    expect(await keptBelow(store, "job1")).toEqual([]);
    expect(await keptBelow(store, "job3")).toHaveLength(6);
  });

  test.each([{ dryRun: true }, {}])(
    "removes nothing with %j when the answer is no",
    async (flags) => {
      const { context, store, err, answer } = await scene(["job1"]);
      expect(await rm(context, ["job1"], flags, answer(false))).toBe(0);
      expect(await keptBelow(store, "job1")).toHaveLength(6);
      expect(err).toEqual("dryRun" in flags ? [] : ["nothing was removed"]);
    },
  );

  test("without a terminal and without --yes it is an error of one line", async () => {
    const { context, store } = await scene(["job1"]);
    await expect(rm(context, ["job1"], {}, undefined)).rejects.toMatchObject({
      code: "usage",
      message: "6 objects would be removed for good, and there is no terminal to ask on: add --yes",
    });
    expect(await keptBelow(store, "job1")).toHaveLength(6);
  });

  test("names active jobs and those that are none; the others are removed", async () => {
    const { context, store, err } = await scene(["job1"]);
    for (const state of ["FILE_UPLOAD", "JOB_SUBMIT", "JOB_CANCEL"] as const)
      await endedJob(store, state, { state });
    const prefixes = ["FILE_UPLOAD", "JOB_SUBMIT", "none", "job1", "JOB_CANCEL"];
    expect(await rm(context, prefixes, { yes: true }, undefined)).toBe(2);
    expect(err).toHaveLength(4);
    expect(err[0]).toContain("to cancel it first: cloud-submit cancel FILE_UPLOAD");
    expect(store.objects.has("job1/data/a")).toBe(false);
    expect(await keptBelow(store, "JOB_SUBMIT")).not.toEqual([]);
  });

  test("--json fits its schema, and says what remains without the right to versions", async () => {
    const { context, store, out, err } = await scene(["job1"], { json: true });
    store.before = (operation) => {
      if (operation === "versions") throw new S3Error("AccessDenied", "no", { status: 403 });
    };
    expect(await rm(context, ["job1", "none"], { yes: true }, undefined)).toBe(2);
    const lines = out.map((line) => removalOutput.parse(JSON.parse(line)));
    expect(
      lines.map(({ prefix, result, versionsRemain }) => [prefix, result, versionsRemain]),
    ).toEqual([
      ["none", "no-job", false],
      ["job1", "removed", true],
    ]);
    expect(err.at(-1)).toContain("s3:DeleteObjectVersion");
  });
});

describe("rm of what is young, needed, or no job", () => {
  const yes = { yes: true } as const;

  test("says what was removed, and when to repeat, and the name is free", async () => {
    const { context, store, out, err } = await scene(["job1"]);
    await store.put("job1/new", "x");
    expect(await rm(context, ["job1"], yes, undefined)).toBe(6);
    expect(out.at(-1)).toMatch(/^Removed job1: 6 objects, /);
    expect(err.at(-1)).toMatch(/^job1: 1 object was .* repeat this in 10 minutes$/);
    const status = (await readStatus(store, "job1"))!;
    expect([status.state, isBeingRemoved(status)]).toEqual(["JOB_COMPLETE", false]);
  });

  test("files without a job go", async () => {
    const { context, store, out } = await scene(["other"]);
    writesAt(store, THEN);
    await store.put("lost/data/a", "x");
    writesAt(store, NOW);
    expect(await rm(context, ["lost"], yes, undefined)).toBe(0);
    expect(out.at(-1)).toMatch(/^Removed lost: 1 object, /);
    expect(await keptBelow(store, "lost")).toEqual([]);
  });

  test("a data set stays, and its verb is named", async () => {
    const { context, store, err } = await scene([]);
    await store.put("set/job-aws-dataset.json", "{}");
    expect(await rm(context, ["set"], yes, undefined)).toBe(2);
    expect(err).toEqual([expect.stringContaining("cloud-submit data rm set")]);
    expect(store.objects.size).toBe(1);
  });

  test("what the rows of a sweep share stays while one is active", async () => {
    const { context, store, err } = await scene(["s-1", "s-3x"]);
    await endedJob(store, "s-2", { state: "JOB_SUBMIT" });
    writesAt(store, THEN);
    await store.put("s/job-aws-sweep.json", "forged");
    writesAt(store, NOW);
    expect(await rm(context, ["s"], yes, undefined)).toBe(2);
    expect(err).toEqual([expect.stringMatching(/^.*s stays: s-2, .*cancel s-2$/)]);
    await store.put("s-2/job-aws-stat.txt", "JOB_COMPLETE\n");
    await endedJob(store, "s-3x", { state: "JOB_SUBMIT" });
    expect(await rm(context, ["s"], yes, undefined)).toBe(0);
    expect(await keptBelow(store, "s")).toEqual([]);
  });

  test("says which job needs one, before it asks", async () => {
    const { context, store, err, answer } = await scene(["job1", "job2"]);
    const metadata = { after: "job1:any" };
    await store.put("waits/job-aws-stat.txt", "FILE_UPLOAD\n", { metadata });
    expect(await rm(context, ["job1", "job2"], {}, answer(false))).toBe(0);
    expect(err).toEqual(["job1: waits, which has not ended, needs it", "nothing was removed"]);
    expect(await rm(context, ["job1"], yes, undefined)).toBe(0);
    expect(await keptBelow(store, "job1")).toEqual([]);
  });

  test.each([
    ["others' jobs", "alice--"],
    ["any", "alice--job1/"],
  ])("goes on where %s may not be listed, and says so before it asks", async (_, allowed) => {
    const { context, store, err, asked, answer } = await scene(["alice--job1"]);
    listsOnly(store, allowed);
    const saidBefore: number[] = [];
    const ask = async (question: string) => {
      saidBefore.push(err.length);
      return answer(true)(question);
    };
    expect(await rm(context, ["alice--job1"], {}, ask)).toBe(0);
    expect([asked.length, saidBefore, err]).toEqual([1, [1], [UNSEEN]]);
    expect(await keptBelow(store, "alice--job1")).toEqual([]);
  });
});

const UNSEEN = "jobs of other users cannot be seen, and may need it";

/** Listings of other names are refused. */
function listsOnly(store: MemoryStore, allowed: string): void {
  store.before = (operation, key) => {
    if (operation === "list" && !key.startsWith(allowed))
      throw new S3Error("AccessDenied", "no", { status: 403 });
  };
}

describe("prune", () => {
  const yes = { yes: true } as const;

  test("removes what ended before, of the names that fit, and nothing that is needed", async () => {
    const { context, store, err } = await scene(["wave-1", "wave-2", "other"]);
    await endedJob(store, "wave-new", { at: NOW - 86_400_000 });
    await endedJob(store, "wave-next", { state: "JOB_SUBMIT" });
    const metadata = { after: "wave-2:any" };
    await store.put("waits/job-aws-stat.txt", "FILE_UPLOAD\n", { metadata });
    expect(await prune(context, "wave-*", { older: "30d", ...yes }, undefined)).toBe(0);
    const left = new Set([...store.objects.keys()].map((key) => key.slice(0, key.indexOf("/"))));
    expect([...left].toSorted()).toEqual(["other", "waits", "wave-2", "wave-new", "wave-next"]);
    expect(err).toEqual(["wave-2 stays: a job that has not ended names it"]);
  });

  test("says that it cannot see others' jobs, when there is something to remove", async () => {
    const { context, store, err, answer } = await scene(["alice--job1"]);
    listsOnly(store, "alice--");
    expect(await prune(context, "alice--*", { older: "30d" }, answer(false))).toBe(0);
    expect(err).toEqual([UNSEEN, "nothing was removed"]);
    expect(await prune(context, "alice--*", { older: "400d", ...yes }, undefined)).toBe(0);
    expect(err.slice(2)).toEqual([expect.stringMatching(/^no job to remove: /)]);
  });

  test("goes by S3's clock, and not by this machine's", async () => {
    const { store, ...world } = await scene(["old"]);
    await endedJob(store, "new", { at: NOW - DAY });
    store.answered = () => new Date(NOW);
    for (const wrong of [400 * DAY, -400 * DAY]) {
      const context = { ...world.context, now: () => new Date(NOW + wrong) };
      world.out.length = 0;
      expect(await prune(context, undefined, { older: "30d", dryRun: true }, undefined)).toBe(0);
      expect(world.out).toEqual([
        expect.stringMatching(/^old\t54d11h\t6\t/),
        expect.stringMatching(/^1 job, /),
      ]);
    }
  });

  test("with --keep-results removes inputs alone, once", async () => {
    const { context, store, out } = await scene(["job1"]);
    const flags = { older: "30d", keepResults: true, ...yes };
    expect(await prune(context, undefined, flags, undefined)).toBe(0);
    expect([...store.objects.keys()].toSorted()).toEqual([
      "job1/job-aws-manifest.json",
      "job1/job-aws-stat.txt",
      "job1/result.txt",
    ]);
    const said = out.length;
    expect(await prune(context, undefined, flags, undefined)).toBe(0);
    expect(out).toHaveLength(said);
    expect(await prune(context, undefined, { older: "30d", ...yes }, undefined)).toBe(0);
    expect(await keptBelow(store, "job1")).toEqual([]);
  });

  test("needs to be told how old; says when there is nothing", async () => {
    const { context, err } = await scene(["job1"]);
    await expect(prune(context, undefined, {}, undefined)).rejects.toMatchObject({ code: "usage" });
    const wrong = prune(context, undefined, { older: "old" }, undefined);
    await expect(wrong).rejects.toThrow(/^--older "old": /);
    expect(await prune(context, undefined, { older: "400d" }, undefined)).toBe(0);
    expect(await prune(context, "none", { older: "400d" }, undefined)).toBe(0);
    expect(err).toEqual([
      "no job to remove: 0 are active, 0 are needed by one that has not ended, 1 ended later",
      "no job to remove",
    ]);
  });
});

test.each([
  ["y", true],
  [" YES ", true],
  ["はい", true],
  ["", false],
  ["n", false],
  ["yesterday", false],
])("the answer %j means %j", (answer, expected) => expect(isYes(answer)).toBe(expected));

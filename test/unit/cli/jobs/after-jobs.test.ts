import { describe, expect, test } from "@jest/globals";
import { afterMetadata } from "../../../../cli/jobs/after-jobs.ts";
import { submitJob } from "../../../../cli/jobs/submit-job.ts";
import { waitForEnd } from "../../../../cli/jobs/wait-for-end.ts";
import { parseFlags } from "../../../../cli/parse-flags.ts";
import { list } from "../../../../cli/verbs/list/list.ts";
import { listOutput } from "../../../../cli/verbs/list/listed-job.ts";
import { run } from "../../../../cli/verbs/run/run.ts";
import { status } from "../../../../cli/verbs/status/status.ts";
import { submitVerb } from "../../../../cli/verbs/submit/description.ts";
import { AFTER_MAX, type Dependency } from "../../../../protocol/after.ts";
import { formatRecord, type JobRecord } from "../../../../protocol/record.ts";
import { scriptFolder } from "../../../support/job-folder.ts";
import { MemoryStore } from "../../../support/memory-store.ts";
import { testContext } from "../../../support/test-ui.ts";

/** A bucket with jobs in it. */
async function bucketWith(
  jobs: Record<string, [state: string, metadata: Record<string, string>]>,
  store = new MemoryStore(),
) {
  for (const [prefix, [state, metadata]] of Object.entries(jobs))
    await store.put(`${prefix}/job-aws-stat.txt`, state, { metadata });
  return store;
}

const JOBS = {
  A: ["JOB_SUBMIT", { submission: "A-1" }],
  B: ["FILE_UPLOAD", { submission: "B-1", after: "A@A-1" }],
  C: ["JOB_CANCEL", { cancels: "C-1" }],
  old: ["JOB_COMPLETE", {}],
  loop: ["FILE_UPLOAD", { submission: "loop-1", after: "A@A-1,new@new-1" }],
} satisfies Record<string, [string, Record<string, string>]>;

describe("--after becomes metadata", () => {
  test.each([
    [[], undefined],
    [["A"], "A@A-1"],
    [["A:ok", "B:any"], "A@A-1,B:any@B-1"],
    [["A,B:failed", "A"], "A@A-1,B:failed@B-1"],
    [["C:failed"], "C:failed@C-1"],
    [["A", "A:any", "B:any", "B:failed"], "A@A-1,A:any@A-1,B:any@B-1,B:failed@B-1"],
    // The state of an older agent does not name its run: the agent knows.
    [["old"], "old"],
  ])("%j: %s", async (after, text) => {
    expect(await afterMetadata(await bucketWith(JOBS), "new", after, 0)).toBe(text);
  });

  test.each([
    [["A:never"], "usage", 'A:never"'],
    [["A@A-1"], "bad-prefix", "A@A-1"],
    [[":any"], "usage", "give the name of a job"],
    [[""], "usage", "give the name of a job"],
    [["../x"], "bad-prefix", "../x"],
    [["s3://bucket/A/"], "bad-prefix", "give A"],
    [["ghost"], "no-such-job", "ghost"],
    [["new:any"], "usage", "cannot begin after itself"],
    [["loop"], "usage", "itself waits for new"],
    [["A", "B", "A:failed"], "usage", "--after A: it cannot both complete and fail"],
    [["ghost:failed,ghost:ok"], "usage", "cannot both"],
    [Array.from({ length: AFTER_MAX + 1 }, (_, at) => `a${at}`), "usage", "can wait for 32"],
  ])("%j is refused: %s", async (after, code, words) => {
    const result = afterMetadata(await bucketWith(JOBS), "new", after, 0);
    await expect(result).rejects.toMatchObject({
      code,
      message: expect.stringContaining(words) as unknown,
    });
  });

  test("names and options for sbatch have one room together", async () => {
    const name = "x".repeat(128);
    const store = await bucketWith({ [name]: ["JOB_SUBMIT", { submission: "s" }] });
    const bytes = `${name}@s`.length;
    expect(await afterMetadata(store, "new", [name], 1536 - bytes)).toHaveLength(bytes);
    const over = afterMetadata(store, "new", [name], 1537 - bytes);
    await expect(over).rejects.toMatchObject({ code: "usage" });
  });
});

test("submit names what it is to begin after, and uploads nothing when that is not there", async () => {
  const { context, store } = testContext();
  await bucketWith(JOBS, store);
  const folder = scriptFolder("#!/bin/sh\n");
  const flags = parseFlags(submitVerb.flags, { prefix: "new", after: ["A", "B:any"] });
  await submitJob(context, folder, flags);
  expect(store.objects.get("new/job-aws-stat.txt")?.metadata?.after).toBe("A@A-1,B:any@B-1");
  const written = store.writes.length;
  const failing = submitJob(context, folder, { prefix: "other", after: ["A", "ghost"] });
  await expect(failing).rejects.toMatchObject({ code: "no-such-job" });
  expect(store.writes).toHaveLength(written);
});

const WAITS: Dependency[] = [
  { prefix: "A", submission: "A-1", condition: "ok" },
  { prefix: "B", submission: "B-1", condition: "any" },
];

const record = (changes: Partial<JobRecord> = {}) =>
  formatRecord({
    version: 1,
    prefix: "new",
    submission: "new-1",
    state: "FILE_UPLOAD",
    waitsFor: WAITS,
    times: {},
    ...changes,
  });

/** A bucket whose job waits for two others, and was asked for three hours ago. */
async function waiting(options: Parameters<typeof testContext>[0] = {}) {
  const t = testContext(options);
  await bucketWith(
    { new: ["FILE_UPLOAD", { submission: "new-1", after: "A@A-1,B:any@B-1" }] },
    t.store,
  );
  await t.store.put("new/job-aws-job.json", record());
  const now = t.context.now();
  t.store.objects.get("new/job-aws-stat.txt")!.lastModified = new Date(now.getTime() - 10_800_000);
  t.store.answered = () => now;
  return { ...t, written: t.store.writes.length };
}

describe("a job that waits for others", () => {
  test("status says for which, explains it, and does not ask for it again", async () => {
    const { context, store, out, written } = await waiting();
    await status(context, "new", { explain: true });
    expect(out.join("\n")).toMatch(/waits for +A, B:any/);
    expect(out.join("\n")).toContain("waits for other jobs to end first: A, B:any.");
    expect(store.writes).toHaveLength(written);
  });

  test("list names the first of them, and all of them as JSON", async () => {
    const { context, out } = await waiting();
    await list(context, undefined, { limit: 50 });
    expect(out.join("\n")).toContain("waits for A +1");
    out.length = 0;
    await list({ ...context, json: true }, undefined, { limit: 50 });
    expect(listOutput.parse(JSON.parse(out[0] ?? "")).waitsFor).toEqual(WAITS);
  });

  test("wait tells it once, tells when they have become fewer, and does not ask for it again", async () => {
    const { context, store, written } = await waiting();
    const told: number[] = [];
    let [clock, sleeps] = [context.now().getTime(), 0];
    store.requests = {};
    await waitForEnd(store, "new", {
      patience: context.patience,
      now: () => clock,
      onWaitsFor: (waitsFor) => void told.push(waitsFor.length),
      sleep: async (ms) => {
        clock += ms;
        sleeps += 1;
        if (sleeps === 50)
          await store.put("new/job-aws-job.json", record({ waitsFor: WAITS.slice(0, 1) }));
        if (sleeps < 100) return;
        await store.put(
          "new/job-aws-job.json",
          record({ outcome: "completed", waitsFor: undefined }),
        );
        const metadata = { submission: "new-1" };
        await store.put("new/job-aws-stat.txt", "JOB_COMPLETE", { metadata });
      },
    });
    expect(told).toEqual([2, 1]);
    // The three of this test.
    expect(store.writes).toHaveLength(written + 3);
    // A record now and then beside each look.
    expect(store.requests.get).toBeLessThan(101 * 1.4);
  });

  test("run waits on, and tells how it came out", async () => {
    const { context, store, err } = testContext();
    await bucketWith(JOBS, store);
    let looks = 0;
    const sleep = async () => {
      looks += 1;
      const { metadata } = store.objects.get("new/job-aws-stat.txt")!;
      const submission = metadata?.submission ?? "";
      const error = { code: "dependency-failed", message: "A was to complete" } as const;
      const ended = {
        state: "JOB_ERROR",
        outcome: "rejected",
        error,
        waitsFor: undefined,
      } as const;
      await store.put("new/job-aws-job.json", record({ submission, ...(looks > 1 && ended) }));
      if (looks > 1)
        await store.put("new/job-aws-stat.txt", "JOB_ERROR", { metadata: { submission } });
    };
    const folder = scriptFolder("#!/bin/sh\n");
    const code = await run({ ...context, sleep }, folder, { prefix: "new", after: ["A"] });
    expect(code).toBe(3);
    expect(err.some((line) => line.endsWith("waits for A, B:any"))).toBe(true);
  });
});

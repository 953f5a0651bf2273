import { describe, expect, test } from "@jest/globals";
import { LiveLine } from "../../../../../cli/ui/live-line.ts";
import { wait, waitOutput } from "../../../../../cli/verbs/wait/wait.ts";
import { formatRecord } from "../../../../../protocol/record.ts";

import { endingJobs, endOf } from "../../../../support/ending-jobs.ts";

describe("wait", () => {
  test("for all jobs ends with the worst exit code, and prints a line for each end", async () => {
    const { context, steps, state, end, out } = endingJobs();
    await state("a", "JOB_SUBMIT");
    await state("b", "JOB_SUBMIT");
    steps.push(
      () => end("a"),
      () => end("b", { outcome: "failed" }),
    );
    expect(await wait(context, ["a", "b", "a"], {})).toBe(1);
    expect(out).toEqual(["a: completed", "b: failed"]);
  });

  test("with --any ends with the exit code of the first, and leaves the others alone", async () => {
    const { context, steps, state, end, out } = endingJobs();
    await state("a", "JOB_SUBMIT");
    await state("b", "JOB_SUBMIT");
    steps.push(() => end("b", { outcome: "cancelled" }));
    expect(await wait(context, ["a", "b"], { any: true })).toBe(5);
    expect(out).toEqual(["b: cancelled"]);
  });

  test.each([
    [["no-such"], /no such job/],
    [["a", "no-such"], undefined],
  ])("ends with exit code 2 for %j", async (prefixes, thrown) => {
    const { context, end, err } = endingJobs();
    await end("a");
    if (thrown) await expect(wait(context, prefixes, {})).rejects.toThrow(thrown);
    else {
      expect(await wait(context, prefixes, {})).toBe(2);
      expect(err).toContainEqual(
        expect.stringMatching(/^cloud-submit: no-such: there is no such job/),
      );
    }
  });

  test("with --timeout ends with exit code 4 unless all have ended by then", async () => {
    const { context, state, end, slept } = endingJobs();
    await end("a");
    await state("b", "FILE_UPLOAD");
    expect(await wait(context, ["a", "b"], { timeout: 60 })).toBe(4);
    expect(slept.reduce((sum, ms) => sum + ms, 0)).toBeGreaterThanOrEqual(60_000);
    expect(slept.length).toBeLessThan(30);
  });

  test("with --json prints a line for each job that fits its schema, also for errors", async () => {
    const { context, end, out } = endingJobs({ json: true });
    await end("a", { state: "JOB_ERROR", outcome: "rejected" });
    expect(await wait(context, ["a", "no-such"], {})).toBe(2);
    const lines = out.map((line) => waitOutput.parse(JSON.parse(line)));
    expect(lines.toSorted((x, y) => x.prefix.localeCompare(y.prefix))).toMatchObject([
      { prefix: "a", exitCode: 3, record: { outcome: "rejected" } },
      { prefix: "no-such", exitCode: 2, record: null, error: { code: "no-such-job" } },
    ]);
  });

  test("shows state, Slurm's reason and the clock on a terminal", async () => {
    const shown: string[] = [];
    const stream = { columns: 100, write: (text: string) => void shown.push(text) };
    const { context, store, steps, state, end } = endingJobs({ live: new LiveLine(stream, true) });
    await state("a", "JOB_SUBMIT");
    const slurm = { jobId: "17", state: "PENDING", reason: "Resources" };
    const queued = { ...endOf("a"), state: "JOB_SUBMIT" as const, outcome: undefined, slurm };
    await store.put("a/job-aws-job.json", formatRecord(queued));
    steps.push(() => end("a"));
    expect(await wait(context, ["a"], {})).toBe(0);
    expect(shown.join("")).toContain("JOB_SUBMIT Slurm job 17 PENDING (Resources)  0s");
  });

  test("refuses --any with --all", async () => {
    await expect(wait(endingJobs().context, ["a"], { any: true, all: true })).rejects.toMatchObject(
      {
        code: "usage",
      },
    );
  });
});

import { describe, expect, test } from "@jest/globals";
import { cancel, cancelOutput } from "../../../../../cli/verbs/cancel/cancel.ts";

import { endingJobs } from "../../../../support/ending-jobs.ts";

describe("cancel", () => {
  test("asks for active jobs, leaves ended ones as they are", async () => {
    const { context, store, state, end, out } = endingJobs();
    await state("a", "JOB_SUBMIT");
    await end("b");
    await state("c", "JOB_CANCEL");
    expect(await cancel(context, ["a", "b", "c"], {})).toBe(0);
    expect(store.text("a/job-aws-stat.txt")).toBe("JOB_CANCEL\n");
    expect(store.objects.get("a/job-aws-stat.txt")?.metadata).toEqual({ submitter: "taro@ws1" });
    expect(store.text("b/job-aws-stat.txt")).toBe("JOB_COMPLETE\n");
    expect(out).toEqual([
      "Requested the cancellation of a",
      "b has already ended: JOB_COMPLETE",
      "c is already being cancelled",
    ]);
  });

  test("names the submission whose FILE_UPLOAD it writes over, which nothing else tells any more", async () => {
    const { context, store } = endingJobs();
    const key = "a/job-aws-stat.txt";
    await store.put(key, "FILE_UPLOAD\n", { metadata: { submission: "s1" } });
    expect(await cancel(context, ["a"], {})).toBe(0);
    expect(store.objects.get(key)?.metadata).toEqual({ submitter: "taro@ws1", cancels: "s1" });
  });

  test("never writes over a state that came in between", async () => {
    const { context, store, state, end, out } = endingJobs();
    await state("a", "JOB_SUBMIT");
    let before = true;
    store.before = async (operation) => {
      if (operation !== "put" || !before) return;
      before = false;
      await end("a");
    };
    expect(await cancel(context, ["a"], {})).toBe(0);
    expect([store.text("a/job-aws-stat.txt"), out]).toEqual([
      "JOB_COMPLETE\n",
      ["a has already ended: JOB_COMPLETE"],
    ]);
  });

  test("with --wait ends with exit code 0 once the job has ended, however it did", async () => {
    const { context, steps, state, end, out } = endingJobs();
    await state("a", "JOB_SUBMIT");
    steps.push(() => end("a", { outcome: "cancelled" }));
    expect(await cancel(context, ["a"], { wait: true })).toBe(0);
    expect(out.at(-1)).toBe("a: cancelled");
  });

  test("with --wait waits for the others where one is not there, and ends with the worst exit code", async () => {
    const { context, steps, slept, state, end, out, err } = endingJobs();
    await state("a", "JOB_SUBMIT");
    steps.push(() => end("a", { outcome: "cancelled" }));
    expect(await cancel(context, ["a", "nope"], { wait: true })).toBe(2);
    expect(slept.length).toBeGreaterThan(0);
    expect(out.at(-1)).toBe("a: cancelled");
    expect(err).toContainEqual(expect.stringContaining("nope"));
  });

  test("--json fits its schema; a job that is not there is an error", async () => {
    const { context, steps, state, end, out, err } = endingJobs({ json: true });
    steps.push(() => end("a", { outcome: "cancelled" }));
    await state("a", "FILE_UPLOAD");
    await expect(cancel(context, ["no-such"], {})).rejects.toMatchObject({ code: "no-such-job" });
    expect(await cancel(context, ["no-such", "a"], { wait: true })).toBe(2);
    expect(out.map((line) => cancelOutput.parse(JSON.parse(line)))).toEqual([
      { prefix: "a", requested: true, state: "FILE_UPLOAD" },
    ]);
    expect(err[0]).toContain('"code":"no-such-job"');
  });

  test("asks for many side by side, at most 32 at a time, with two requests one after the other for each", async () => {
    const { context, store, state, out } = endingJobs();
    const names = Array.from({ length: 40 }, (_, at) => `job${at}`);
    for (const name of names) await state(name, "JOB_SUBMIT");
    let running = 0;
    let most = 0;
    let rounds = 0;
    let waiting: (() => void)[] = [];
    // All requests that have begun are answered together, as at the end of a line with a long way.
    store.before = async () => {
      running += 1;
      most = Math.max(most, running);
      if (waiting.length === 0)
        setImmediate(() => {
          rounds += 1;
          const now = waiting;
          waiting = [];
          for (const answer of now) answer();
        });
      await new Promise<void>((answer) => waiting.push(answer));
      running -= 1;
    };
    expect(await cancel(context, names.slice(0, 20), {})).toBe(0);
    expect([rounds, most]).toEqual([2, 20]);
    expect(await cancel(context, names, {})).toBe(0);
    expect(most).toBe(32);
    const asked = (name: string) => `Requested the cancellation of ${name}`;
    expect(out.slice(0, 20)).toEqual(names.slice(0, 20).map(asked));
    expect(out.slice(-20)).toEqual(names.slice(20).map(asked));
  });
});

import { describe, expect, test } from "@jest/globals";
import { parseFlags } from "../../../../../cli/parse-flags.ts";
import { listVerb } from "../../../../../cli/verbs/list/description.ts";
import { list } from "../../../../../cli/verbs/list/list.ts";
import { listOutput } from "../../../../../cli/verbs/list/listed-job.ts";
import { endingJobs } from "../../../../support/ending-jobs.ts";

const FOLLOW = parseFlags(listVerb.flags, { follow: true, untilEnded: true }) as never;

describe("list --follow", () => {
  test("prints a line for each job, and for each change, until all have ended", async () => {
    const { context, state, end, steps, out, slept } = endingJobs();
    await end("a");
    await state("b", "FILE_UPLOAD");
    steps.push(
      async () => undefined,
      () => state("b", "JOB_SUBMIT"),
      async () => undefined,
      () => end("b", { outcome: "failed" }),
    );
    await list(context, undefined, FOLLOW);
    expect(out.map((line) => line.split("\t").slice(0, 3))).toEqual([
      ["b", "FILE_UPLOAD", ""],
      ["a", "JOB_COMPLETE", "completed"],
      ["b", "JOB_SUBMIT", ""],
      ["b", "JOB_COMPLETE", "failed"],
    ]);
    expect(slept).toEqual([2000, 3000, 2000, 3000]);
  });

  test("--json tells of the same, each line as list does", async () => {
    const { context, state, end, steps, out } = endingJobs({ json: true });
    await state("b", "JOB_SUBMIT");
    steps.push(() => end("b"));
    await list(context, undefined, FOLLOW);
    expect(out.map((line) => listOutput.parse(JSON.parse(line)).outcome)).toEqual([
      null,
      "completed",
    ]);
  });

  test("on a terminal it is one table, written over", async () => {
    const tables: string[] = [];
    const { context, state, end, steps, out } = endingJobs({
      columns: 80,
      redraw: (lines) => void tables.push(`${lines.length} ${JSON.stringify(lines.at(-1))}`),
    });
    await state("b", "JOB_SUBMIT");
    steps.push(() => end("b"));
    await list(context, undefined, FOLLOW);
    expect([out, tables]).toEqual([
      [],
      [expect.stringMatching(/^2 .*JOB_SUBMIT/), expect.stringMatching(/^2 .*completed/)],
    ]);
  });

  test("that there is no job is said, when it ends for that", async () => {
    const { context, out, err } = endingJobs();
    await list(context, undefined, FOLLOW);
    expect([out, err]).toEqual([[], ["no jobs"]]);
  });

  test("asks for what may have changed, and for nothing else", async () => {
    const { context, state, end, steps, requests, clock } = endingJobs();
    for (let at = 0; at < 20; at++) await end(`done${at}`);
    await state("b", "JOB_SUBMIT");
    requests.length = 0;
    const counts: number[] = [];
    const count = async () => void counts.push(requests.splice(0).length);
    steps.push(count, count, count, async () => {
      await count();
      clock.ms += 60_000;
    });
    steps.push(count, () => end("b"));
    await list(context, undefined, FOLLOW);
    // A listing; of each job status and record; then the one status, and records that are not there.
    expect(counts.slice(0, 4)).toEqual([43, 3, 3, 3]);
    // After a minute also the states of those that have ended.
    expect(counts[4]).toBe(23);
  });

  test("waits out an outage; --until-ended goes with it only", async () => {
    const { context, store, end, out, slept } = endingJobs();
    await end("a");
    let fails = 2;
    store.before = (operation) => {
      if (operation !== "list" || fails-- <= 0) return;
      throw Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
    };
    await list(context, undefined, FOLLOW);
    expect([out.length, slept.length]).toEqual([1, 2]);
    const flags = parseFlags(listVerb.flags, { untilEnded: true }) as never;
    await expect(list(context, undefined, flags)).rejects.toMatchObject({ code: "usage" });
  });
});

import { describe, expect, test } from "@jest/globals";
import { exitCodeOf } from "../../../cli/exit-code.ts";
import { type WaitOptions, waitForEnd } from "../../../cli/job.ts";
import { formatRecord, type JobRecord } from "../../../protocol/record.ts";
import { MemoryStore } from "../../support/memory-store.ts";

const record = (changes: Partial<JobRecord> = {}): JobRecord => ({
  version: 1,
  prefix: "job1",
  submission: "s1",
  state: "JOB_COMPLETE",
  outcome: "completed",
  times: {},
  ...changes,
});

/** A bucket in which one thing after another happens, one for each time the waiting sleeps. */
function unfolding(...steps: ((store: MemoryStore) => Promise<unknown>)[]) {
  const store = new MemoryStore();
  const slept: number[] = [];
  let clock = 0;
  const options: WaitOptions = {
    now: () => clock,
    sleep: async (ms) => {
      clock += ms;
      slept.push(ms);
      await steps.shift()?.(store);
    },
  };
  return { store, slept, options };
}

const write = (state: string, changes?: Partial<JobRecord>) => async (store: MemoryStore) => {
  if (changes) await store.put("job1/job-aws-job.json", formatRecord(record(changes)));
  await store.put("job1/job-aws-stat.txt", `${state}\n`);
};

describe("waitForEnd", () => {
  test("shows each state once and returns the final record", async () => {
    const { store, options } = unfolding(
      async () => undefined,
      write("JOB_SUBMIT", { state: "JOB_SUBMIT" }),
      write("JOB_COMPLETE", {}),
    );
    await write("FILE_UPLOAD")(store);
    const seen: string[] = [];
    const end = await waitForEnd(store, "job1", {
      ...options,
      submission: "s1",
      onState: (s) => seen.push(s),
    });
    expect([end.outcome, seen]).toEqual([
      "completed",
      ["FILE_UPLOAD", "JOB_SUBMIT", "JOB_COMPLETE"],
    ]);
  });

  test("asks less and less often, and gives up in time", async () => {
    const { store, slept, options } = unfolding();
    await write("JOB_SUBMIT", { state: "JOB_SUBMIT" })(store);
    await expect(
      waitForEnd(store, "job1", { ...options, timeoutMs: 3_600_000 }),
    ).rejects.toMatchObject({
      code: "timeout",
      message: expect.stringContaining("cloud-submit wait job1"),
    });
    expect(Math.max(...slept)).toBe(15_000);
    expect(slept.length).toBeLessThan(270);
    expect(slept.reduce((sum, ms) => sum + ms, 0)).toBe(3_600_000);
  });

  test("notices that its submission was refused", async () => {
    const { store, options } = unfolding(
      write("JOB_SUBMIT", { submission: "other", state: "JOB_SUBMIT" }),
    );
    await write("FILE_UPLOAD", { submission: "other" })(store);
    await expect(waitForEnd(store, "job1", { ...options, submission: "s1" })).rejects.toMatchObject(
      {
        code: "active-job",
      },
    );
  });

  test("is not misled by an earlier submission's record", async () => {
    const { store, options } = unfolding(write("JOB_COMPLETE", { outcome: "failed" }));
    await write("FILE_UPLOAD", { submission: "earlier" })(store);
    expect((await waitForEnd(store, "job1", { ...options, submission: "s1" })).outcome).toBe(
      "failed",
    );
  });

  test("says that there is no such job", async () => {
    const { store, options } = unfolding();
    await expect(waitForEnd(store, "job1", options)).rejects.toMatchObject({ code: "no-such-job" });
  });
});

test.each([
  [0, {}],
  [1, { outcome: "failed" }],
  [1, { outcome: "timeout" }],
  [1, { outcome: "lost" }],
  [3, { state: "JOB_ERROR", outcome: "rejected" }],
  [5, { outcome: "cancelled" }],
  [5, { state: "JOB_ERROR", outcome: "cancelled" }],
  [6, { stageOut: { verdict: "partial", files: 0, bytes: 0, skipped: [], skippedCount: 1 } }],
] as const)("exit code %d for %j", (code, changes) => {
  expect(exitCodeOf(record(changes as Partial<JobRecord>))).toBe(code);
});

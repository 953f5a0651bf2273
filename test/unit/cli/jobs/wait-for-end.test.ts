import { describe, expect, test } from "@jest/globals";
import { exitCodeOf } from "../../../../cli/errors/exit-code.ts";
import { Patience } from "../../../../cli/jobs/patience.ts";
import { type WaitOptions, waitForEnd } from "../../../../cli/jobs/wait-for-end.ts";
import { OutageNote } from "../../../../cli/ui/outage-note.ts";
import { formatRecord, type JobRecord } from "../../../../protocol/record.ts";
import { MemoryStore } from "../../../support/memory-store.ts";
import { testUi } from "../../../support/test-ui.ts";

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
  const { ui, clock, err, slept } = testUi();
  const outage = new OutageNote(ui);
  const options: WaitOptions = {
    now: () => clock.ms,
    patience: new Patience(outage, async () => true),
    sleep: async (ms) => {
      await ui.sleep(ms);
      await steps.shift()?.(store);
    },
  };
  return { store, slept, options, err };
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
      message: "job1: still JOB_SUBMIT after 3600 s",
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

  test("costs one request for each look, and one for the record", async () => {
    const { store, options } = unfolding(
      ...Array.from({ length: 20 }, () => async () => undefined),
      write("JOB_COMPLETE", {}),
    );
    await write("JOB_SUBMIT", { state: "JOB_SUBMIT" })(store);
    const requests: string[] = [];
    store.before = (operation, key) => void requests.push(`${operation} ${key}`);
    await waitForEnd(store, "job1", { ...options, submission: "s1" });
    const looks = requests.filter((one) => one === "get job1/job-aws-stat.txt").length;
    // Ours at the first look, and the final one.
    const records = requests.filter((one) => one === "get job1/job-aws-job.json").length;
    expect([looks, records]).toEqual([22, 2]);
  });

  test("tells what Slurm says, as far as the record does", async () => {
    const slurm = { jobId: "17", state: "PENDING", reason: "Resources" };
    const { store, options } = unfolding(
      write("JOB_SUBMIT", { state: "JOB_SUBMIT", slurm }),
      ...Array.from({ length: 30 }, () => async () => undefined),
      write("JOB_COMPLETE", {}),
    );
    await write("FILE_UPLOAD")(store);
    const looks: string[] = [];
    await waitForEnd(store, "job1", {
      ...options,
      onLook: (look) => looks.push(`${look.state} ${look.slurm?.reason}`),
    });
    expect([...new Set(looks)]).toEqual(["FILE_UPLOAD undefined", "JOB_SUBMIT Resources"]);
  });

  test("ends when it is aborted", async () => {
    const controller = new AbortController();
    const { store, options } = unfolding(async () => controller.abort(new Error("enough")));
    await write("JOB_SUBMIT", { state: "JOB_SUBMIT" })(store);
    const { signal } = controller;
    await expect(waitForEnd(store, "job1", { ...options, signal })).rejects.toThrow("enough");
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

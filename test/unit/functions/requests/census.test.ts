import { describe, expect, test } from "@jest/globals";
import { census } from "../../../../functions/requests/census.ts";
import { sweepPending } from "../../../../functions/requests/sweep-pending.ts";
import type { JobRecord } from "../../../../protocol/record.ts";
import { functionWorld } from "../../../support/function-world.ts";

const times = { redispatchSeconds: 240, checkSeconds: 3600, deadlineSeconds: 86_400 };
/** It has all the time it needs. */
const inTime = new AbortController().signal;

/** Something to wait for. */
function gate() {
  let open = () => undefined as void;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open: () => open() };
}

describe("census", () => {
  test("dispatches a request that no event told of", async () => {
    const w = functionWorld();
    w.status("job1", "FILE_UPLOAD");
    w.passSeconds(241);
    expect(await census(times, "i1", w.ports, inTime)).toMatchObject({ jobs: 1, dispatched: 1 });
    expect(w.sent).toEqual([expect.objectContaining({ action: "run", submission: "v1" })]);
    await census(times, "i2", w.ports, inTime);
    expect(w.sent).toHaveLength(1);
  });

  const record: JobRecord = {
    version: 1,
    prefix: "job1",
    submission: "s1",
    state: "JOB_SUBMIT",
    slurm: { jobId: "12" },
    times: {},
  };

  test("asks after a job that has been with Slurm for long, once", async () => {
    const w = functionWorld();
    w.ownRecords.set(record);
    w.status("job1", "JOB_SUBMIT");
    expect(await census(times, "i1", w.ports, inTime)).toMatchObject({ checked: 0 });
    w.passSeconds(3601);
    expect(await census(times, "i1", w.ports, inTime)).toMatchObject({ checked: 1 });
    expect(await census(times, "i2", w.ports, inTime)).toMatchObject({ checked: 0 });
    expect(w.sent).toEqual([expect.objectContaining({ action: "check", submission: "s1" })]);
  });

  test("a job whose Head Node never answers again ends, with what was known of it", async () => {
    const w = functionWorld();
    w.ownRecords.set(record);
    w.status("job1", "JOB_SUBMIT");
    w.passSeconds(3601);
    await census(times, "i1", w.ports, inTime);
    w.passSeconds(86_401);
    expect(await sweepPending(times, w.ports, inTime)).toMatchObject({ givenUp: 1 });
    expect(w.records.get("job1")).toMatchObject({
      submission: "s1",
      state: "JOB_ERROR",
      outcome: "unreachable",
      slurm: { jobId: "12" },
    });
  });

  test("sends a cancel that no event told of", async () => {
    const w = functionWorld();
    w.status("job1", "JOB_CANCEL");
    w.passSeconds(241);
    expect(await census(times, "i1", w.ports, inTime)).toMatchObject({ dispatched: 1 });
    expect(w.sent).toEqual([expect.objectContaining({ action: "cancel", prefix: "job1" })]);
  });

  test("an answer that S3 keeps back for one job does not hold up the others", async () => {
    const w = functionWorld();
    w.status("job1", "FILE_UPLOAD");
    w.status("job2", "FILE_UPLOAD");
    w.passSeconds(241);
    const [first, second] = [gate(), gate()];
    w.store.before = async (_operation, key) => {
      if (key === "job1/job-aws-stat.txt") await first.opened;
    };
    const { send } = w.ports.headNode;
    w.ports.headNode.send = async (request) => {
      const id = await send(request);
      if (request.prefix === "job2") second.open();
      return id;
    };
    const report = census(times, "i1", w.ports, inTime);
    await second.opened;
    first.open();
    expect(await report).toMatchObject({ jobs: 2, dispatched: 2 });
  });

  test("does nothing about jobs that have ended", async () => {
    const w = functionWorld();
    w.status("job1", "JOB_COMPLETE");
    w.status("job2", "JOB_ERROR");
    w.passSeconds(100_000);
    expect(await census(times, "i1", w.ports, inTime)).toMatchObject({
      jobs: 2,
      dispatched: 0,
      checked: 0,
    });
  });

  test("a JOB_SUBMIT of which the agent has no record is asked after by nobody, whatever a record under the prefix says", async () => {
    const w = functionWorld();
    w.records.set("job1", record);
    w.status("job1", "JOB_SUBMIT");
    w.passSeconds(3601);
    expect(await census(times, "i1", w.ports, inTime)).toMatchObject({
      jobs: 1,
      checked: 0,
      failed: [],
    });
    expect([w.sent, w.markers.size]).toEqual([[], 0]);
  });

  test("a status object without a time is old enough", async () => {
    const w = functionWorld();
    w.status("job1", "FILE_UPLOAD", { lastModified: undefined });
    expect(await census(times, "i1", w.ports, inTime)).toMatchObject({ dispatched: 1 });
  });

  test("a job that ends while it is being looked at is not asked after", async () => {
    const w = functionWorld();
    w.ownRecords.set(record);
    w.status("job1", "JOB_SUBMIT");
    w.passSeconds(3601);
    w.onClaim = () => w.status("job1", "JOB_COMPLETE");
    expect(await census(times, "i1", w.ports, inTime)).toMatchObject({ checked: 0, failed: [] });
    expect([w.sent, w.markers.size]).toEqual([[], 0]);
  });

  test("a job that somebody cancels while it is being looked at is still asked after", async () => {
    const w = functionWorld();
    w.ownRecords.set(record);
    w.status("job1", "JOB_SUBMIT");
    w.passSeconds(3601);
    w.onClaim = () => w.status("job1", "JOB_CANCEL");
    expect(await census(times, "i1", w.ports, inTime)).toMatchObject({ checked: 1 });
    expect(w.sent).toEqual([expect.objectContaining({ action: "check", submission: "s1" })]);
  });

  test("a job that cannot be read is named, and the others are looked at", async () => {
    const w = functionWorld();
    w.status("job1", "FILE_UPLOAD");
    w.status("job2", "FILE_UPLOAD");
    w.passSeconds(241);
    w.store.before = (_operation, key) => {
      if (key === "job1/job-aws-stat.txt") throw new Error("503 SlowDown");
    };
    expect(await census(times, "i1", w.ports, inTime)).toMatchObject({
      jobs: 2,
      dispatched: 1,
      failed: [{ prefix: "job1", error: "503 SlowDown" }],
    });
  });
});

import { describe, expect, test } from "@jest/globals";
import { census } from "../../../functions/lib/census.ts";
import { dispatchRequest } from "../../../functions/lib/dispatch-request.ts";
import { sweepPending } from "../../../functions/lib/sweep-pending.ts";
import type { JobRecord } from "../../../protocol/record.ts";
import { functionWorld, ssmError } from "../../support/function-world.ts";

const times = { redispatchSeconds: 240, checkSeconds: 3600, deadlineSeconds: 86_400 };

/** A request that was dispatched and has no answer. */
async function asked() {
  const w = functionWorld();
  w.status("job1", "FILE_UPLOAD");
  await dispatchRequest(
    { key: "job1/job-aws-stat.txt", requester: "1", invocation: "i1" },
    w.ports,
  );
  return w;
}

/** Something to wait for. */
function gate() {
  let open = () => undefined as void;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open: () => open() };
}

describe("sweepPending", () => {
  test("leaves a young request alone, and sends an old one again with the same submission", async () => {
    const w = await asked();
    await sweepPending(times, w.ports);
    expect(w.sent).toHaveLength(1);
    w.passSeconds(241);
    expect(await sweepPending(times, w.ports)).toMatchObject({ sent: 1 });
    expect(w.sent[1]).toEqual(w.sent[0]);
  });

  test("removes the marker of a request that has its answer", async () => {
    const w = await asked();
    w.status("job1", "JOB_SUBMIT");
    w.passSeconds(241);
    expect(await sweepPending(times, w.ports)).toMatchObject({ removed: 1, sent: 0 });
    expect(w.markers.size).toBe(0);
  });

  test("ends a request past the deadline in JOB_ERROR unreachable, with the reason", async () => {
    const w = await asked();
    w.passSeconds(86_401);
    expect(await sweepPending(times, w.ports)).toMatchObject({ givenUp: 1 });
    expect([w.statuses.get("job1")?.state, w.markers.size]).toEqual(["JOB_ERROR", 0]);
    expect(w.records.get("job1")).toMatchObject({
      submission: "v1",
      outcome: "unreachable",
      error: { code: "unreachable", message: expect.stringContaining("not answered for 24 h") },
    });
    expect(w.announced.at(-1)).toMatchObject({ to: "JOB_ERROR", outcome: "unreachable" });
  });

  test("tells how long the oldest request has had no answer, and nothing of answered ones", async () => {
    const w = await asked();
    w.passSeconds(500);
    expect(await sweepPending(times, w.ports)).toMatchObject({ oldestSeconds: 500 });
    w.status("job1", "JOB_SUBMIT");
    w.passSeconds(500);
    expect(await sweepPending(times, w.ports)).toMatchObject({ oldestSeconds: 0 });
  });

  test("one request that cannot be read does not keep the others from being sent", async () => {
    const w = await asked();
    w.status("job2", "FILE_UPLOAD");
    await dispatchRequest({ key: "job2/job-aws-stat.txt", invocation: "i2" }, w.ports);
    const { read } = w.ports.markers;
    w.ports.markers.read = async (id) => {
      if (id.prefix === "job1") throw new Error("the body was cut short");
      return read(id);
    };
    w.passSeconds(241);
    expect(await sweepPending(times, w.ports)).toMatchObject({
      sent: 1,
      failed: [{ prefix: "job1", error: "the body was cut short" }],
    });
    expect(w.sent.at(-1)).toMatchObject({ prefix: "job2" });
  });

  test("does not give up what the agent is at work on", async () => {
    const w = await asked();
    w.passSeconds(86_000);
    const [marker] = w.markers.values();
    if (marker) await w.ports.markers.write({ ...marker, heard: w.ports.now().toISOString() });
    w.passSeconds(1000);
    expect(await sweepPending(times, w.ports)).toMatchObject({ sent: 1, givenUp: 0 });
  });

  test("a marker that goes while it is being looked at is nothing to count", async () => {
    const w = await asked();
    w.passSeconds(241);
    w.ports.markers.read = async () => undefined;
    expect(await sweepPending(times, w.ports)).toMatchObject({
      sent: 0,
      removed: 0,
      givenUp: 0,
      failed: [],
    });
  });

  test("what was never known but its state ends with what little there is to tell", async () => {
    const w = functionWorld();
    const marker = {
      version: 1,
      prefix: "job1",
      submission: "s9",
      action: "check",
      requestedAt: w.ports.now().toISOString(),
      attempts: 1,
      dispatcher: "i1",
    } as const;
    await w.ports.markers.write(marker);
    // Somebody wrote it: no time, no record.
    w.status("job1", "JOB_CANCEL", { lastModified: undefined });
    w.passSeconds(86_401);
    const end = w.ports.now().toISOString();
    expect(await sweepPending(times, w.ports)).toMatchObject({ givenUp: 1 });
    expect(w.records.get("job1")).toMatchObject({
      submission: "s9",
      outcome: "unreachable",
      times: { requested: end, final: end },
    });
    expect(w.announced.at(-1)).toMatchObject({ from: "JOB_CANCEL", to: "JOB_ERROR" });
  });

  test("a new submission takes nothing over from the record of the one before", async () => {
    const w = await asked();
    w.records.set("job1", {
      version: 1,
      prefix: "job1",
      submission: "older",
      state: "JOB_COMPLETE",
      slurm: { jobId: "3" },
      times: {},
    });
    w.passSeconds(86_401);
    expect(await sweepPending(times, w.ports)).toMatchObject({ givenUp: 1 });
    expect(w.records.get("job1")).toMatchObject({ submission: "v1", state: "JOB_ERROR" });
    expect(w.records.get("job1")).not.toHaveProperty("slurm");
  });

  test("goes on with the others when one fails, and says which", async () => {
    const w = await asked();
    w.status("job2", "FILE_UPLOAD");
    await dispatchRequest({ key: "job2/job-aws-stat.txt", invocation: "i2" }, w.ports);
    w.passSeconds(241);
    w.refusals.push(ssmError("InternalServerError"));
    expect(await sweepPending(times, w.ports)).toMatchObject({
      sent: 1,
      failed: [{ prefix: "job1", error: expect.stringContaining("InternalServerError") }],
    });
  });
});

describe("census", () => {
  test("dispatches a request that no event told of", async () => {
    const w = functionWorld();
    w.status("job1", "FILE_UPLOAD");
    w.passSeconds(241);
    expect(await census(times, "i1", w.ports)).toMatchObject({ jobs: 1, dispatched: 1 });
    expect(w.sent).toEqual([expect.objectContaining({ action: "run", submission: "v1" })]);
    await census(times, "i2", w.ports);
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
    w.records.set("job1", record);
    w.status("job1", "JOB_SUBMIT");
    expect(await census(times, "i1", w.ports)).toMatchObject({ checked: 0 });
    w.passSeconds(3601);
    expect(await census(times, "i1", w.ports)).toMatchObject({ checked: 1 });
    expect(await census(times, "i2", w.ports)).toMatchObject({ checked: 0 });
    expect(w.sent).toEqual([expect.objectContaining({ action: "check", submission: "s1" })]);
  });

  test("a job whose Head Node never answers again ends, with what was known of it", async () => {
    const w = functionWorld();
    w.records.set("job1", record);
    w.status("job1", "JOB_SUBMIT");
    w.passSeconds(3601);
    await census(times, "i1", w.ports);
    w.passSeconds(86_401);
    expect(await sweepPending(times, w.ports)).toMatchObject({ givenUp: 1 });
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
    expect(await census(times, "i1", w.ports)).toMatchObject({ dispatched: 1 });
    expect(w.sent).toEqual([expect.objectContaining({ action: "cancel", prefix: "job1" })]);
  });

  test("an answer that S3 keeps back for one job does not hold up the others", async () => {
    const w = functionWorld();
    w.status("job1", "FILE_UPLOAD");
    w.status("job2", "FILE_UPLOAD");
    w.passSeconds(241);
    const { readStatus } = w.ports.bucket;
    const [first, second] = [gate(), gate()];
    w.ports.bucket.readStatus = async (prefix) => {
      if (prefix === "job1") await first.opened;
      return readStatus(prefix);
    };
    const { send } = w.ports.headNode;
    w.ports.headNode.send = async (request) => {
      const id = await send(request);
      if (request.prefix === "job2") second.open();
      return id;
    };
    const report = census(times, "i1", w.ports);
    await second.opened;
    first.open();
    expect(await report).toMatchObject({ jobs: 2, dispatched: 2 });
  });

  test("does nothing about jobs that have ended", async () => {
    const w = functionWorld();
    w.status("job1", "JOB_COMPLETE");
    w.status("job2", "JOB_ERROR");
    w.passSeconds(100_000);
    expect(await census(times, "i1", w.ports)).toMatchObject({
      jobs: 2,
      dispatched: 0,
      checked: 0,
    });
  });

  test("a JOB_SUBMIT without a record is asked after by nobody: there is no submission to name", async () => {
    const w = functionWorld();
    w.status("job1", "JOB_SUBMIT");
    w.passSeconds(3601);
    expect(await census(times, "i1", w.ports)).toMatchObject({ jobs: 1, checked: 0, failed: [] });
    expect([w.sent, w.markers.size]).toEqual([[], 0]);
  });

  test("a status object without a time is old enough", async () => {
    const w = functionWorld();
    w.status("job1", "FILE_UPLOAD", { lastModified: undefined });
    expect(await census(times, "i1", w.ports)).toMatchObject({ dispatched: 1 });
  });

  test("a job that ends while it is being looked at is not asked after", async () => {
    const w = functionWorld();
    w.records.set("job1", record);
    w.status("job1", "JOB_SUBMIT");
    w.passSeconds(3601);
    w.onClaim = () => w.status("job1", "JOB_COMPLETE");
    expect(await census(times, "i1", w.ports)).toMatchObject({ checked: 0, failed: [] });
    expect([w.sent, w.markers.size]).toEqual([[], 0]);
  });

  test("a job that somebody cancels while it is being looked at is still asked after", async () => {
    const w = functionWorld();
    w.records.set("job1", record);
    w.status("job1", "JOB_SUBMIT");
    w.passSeconds(3601);
    w.onClaim = () => w.status("job1", "JOB_CANCEL");
    expect(await census(times, "i1", w.ports)).toMatchObject({ checked: 1 });
    expect(w.sent).toEqual([expect.objectContaining({ action: "check", submission: "s1" })]);
  });

  test("a job that cannot be read is named, and the others are looked at", async () => {
    const w = functionWorld();
    w.status("job1", "FILE_UPLOAD");
    w.status("job2", "FILE_UPLOAD");
    w.passSeconds(241);
    const { readStatus } = w.ports.bucket;
    w.ports.bucket.readStatus = async (prefix) => {
      if (prefix === "job1") throw new Error("503 SlowDown");
      return readStatus(prefix);
    };
    expect(await census(times, "i1", w.ports)).toMatchObject({
      jobs: 2,
      dispatched: 1,
      failed: [{ prefix: "job1", error: "503 SlowDown" }],
    });
  });
});

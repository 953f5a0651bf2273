import { describe, expect, test } from "@jest/globals";
import { PREFIX_REMOVED, STATE_CHANGE, type StateChange } from "../../../protocol/event.ts";
import { FUNCTION_ENVIRONMENT, lambdaContext, printedLines } from "../../support/lambda.ts";

Object.assign(process.env, FUNCTION_ENVIRONMENT);
const { handler } = await import("../../../functions/audit.ts");
const lines = printedLines();

const event = (detail: Partial<StateChange>) => ({
  id: "event-1",
  source: "cloud-submit",
  "detail-type": STATE_CHANGE,
  detail: {
    version: 1,
    bucket: "jobs",
    prefix: "job1",
    submission: "s1",
    from: "FILE_UPLOAD",
    to: "JOB_SUBMIT",
    at: "2026-11-23T20:45:01.000Z",
    ...detail,
  },
});

/** Metrics among the printed lines, by name. */
const metrics = () =>
  Object.assign({}, ...lines().filter((line) => "_aws" in line)) as Record<string, unknown>;

describe("audit", () => {
  test("a removal is one line, of this stage's bucket only", async () => {
    const detail = {
      version: 1,
      prefix: "job1",
      submission: "s1",
      did: "removed",
      at: "2026-11-23T20:45:01.000Z",
      endedAt: "2026-10-01T00:00:00.000Z",
      objects: 7,
      bytes: 12,
    };
    const removed = (bucket: string) => ({
      id: "event-2",
      source: "cloud-submit",
      "detail-type": PREFIX_REMOVED,
      detail: { ...detail, bucket },
    });
    await handler(removed("jobs"), lambdaContext());
    await handler(removed("other"), lambdaContext());
    expect(lines().filter(({ message }) => message === PREFIX_REMOVED)).toEqual([
      expect.objectContaining({ prefix: "job1", did: "removed", objects: 7, eventId: "event-2" }),
    ]);
    expect(metrics()).not.toHaveProperty("JobStateChange");
  });

  test("a change is one line with everything that the event tells", async () => {
    await handler(event({ commandId: "c-1", slurmJobId: "12" }), lambdaContext());
    expect(lines().filter((line) => line.message === STATE_CHANGE)).toEqual([
      expect.objectContaining({
        level: "INFO",
        prefix: "job1",
        submission: "s1",
        from: "FILE_UPLOAD",
        to: "JOB_SUBMIT",
        commandId: "c-1",
        slurmJobId: "12",
        eventId: "event-1",
        service: "cloud-submit-test",
      }),
    ]);
  });

  test("the change of another stage's job is none of ours: one line, and no metric", async () => {
    await handler(event({ bucket: "elsewhere" }), lambdaContext());
    expect(lines().filter((line) => !("_aws" in line))).toEqual([
      expect.objectContaining({ reason: "another bucket", bucket: "elsewhere" }),
    ]);
    expect(metrics()).not.toHaveProperty("JobStateChange");
  });

  test("a new submission comes from none: a search for the field finds it", async () => {
    await handler(event({ from: null, to: "FILE_UPLOAD" }), lambdaContext());
    expect(lines()[0]).toMatchObject({ from: "none", to: "FILE_UPLOAD" });
    expect(metrics()).toMatchObject({ JobStateChange: 1, state: "FILE_UPLOAD" });
    expect(metrics()).not.toHaveProperty("outcome");
  });

  test.each<[string, Partial<StateChange>, Record<string, number>, string[]]>([
    ["JOB_SUBMIT", { to: "JOB_SUBMIT", bytesIn: 7 }, { BytesIn: 7 }, ["BytesOut", "JobsLost"]],
    ["JOB_SUBMIT of an older agent", { to: "JOB_SUBMIT" }, { BytesIn: 0 }, ["BytesOut"]],
    [
      "JOB_COMPLETE",
      { to: "JOB_COMPLETE", outcome: "completed", bytesOut: 9 },
      { BytesOut: 9 },
      ["BytesIn", "JobsLost"],
    ],
    [
      "JOB_COMPLETE of a lost job",
      { to: "JOB_COMPLETE", outcome: "lost" },
      { BytesOut: 0, JobsLost: 1 },
      ["BytesIn"],
    ],
    [
      "JOB_ERROR unreachable",
      { to: "JOB_ERROR", outcome: "unreachable" },
      { JobsLost: 1 },
      ["BytesIn", "BytesOut"],
    ],
    [
      "JOB_ERROR rejected",
      { to: "JOB_ERROR", outcome: "rejected" },
      {},
      ["BytesIn", "BytesOut", "JobsLost"],
    ],
  ])("%s: counted under its state and outcome, and its bytes once", async (...row) => {
    const [, detail, counted, absent] = row;
    await handler(event(detail), lambdaContext());
    expect(metrics()).toMatchObject({ JobStateChange: 1, state: detail.to, ...counted });
    expect(metrics().outcome).toBe(detail.outcome);
    for (const name of absent) expect(metrics()).not.toHaveProperty(name);
  });

  test("an outcome does not stick to the next event of a warm function", async () => {
    await handler(event({ to: "JOB_COMPLETE", outcome: "failed" }), lambdaContext());
    const before = lines().length;
    await handler(event({ to: "JOB_SUBMIT" }), lambdaContext());
    const [change] = lines()
      .slice(before)
      .filter((line) => "JobStateChange" in line);
    expect(change).toMatchObject({ state: "JOB_SUBMIT" });
    expect(change).not.toHaveProperty("outcome");
  });

  test("an event of another shape is dropped, and counts as nothing", async () => {
    await handler(event({ to: "JOB_DONE" as never }), lambdaContext());
    expect(lines()[0]).toMatchObject({
      level: "ERROR",
      issues: [expect.stringMatching(/^detail\.to: /)],
    });
    expect(lines().some((line) => "JobStateChange" in line)).toBe(false);
  });
});

import { expect, test } from "@jest/globals";
import type { StatusObject } from "../../../../bucket/job-objects/status.ts";
import { jobOfRecord } from "../../../../cli/slurm/job-of-record.ts";
import { boardJobSchema } from "../../../../protocol/board.ts";
import { writtenReason } from "../../../../protocol/reason.ts";
import type { JobRecord } from "../../../../protocol/record.ts";
import { at } from "../../../support/slurm-view.ts";

const SUBMISSION = "20260131T120000Z-000000000012";

/** A job of which the bucket has this state and this record. */
function job(record: Pick<JobRecord, "state"> & Partial<JobRecord>, submission = SUBMISSION) {
  const status = { state: record.state, submission, metadata: {} } as unknown as StatusObject;
  const whole = { version: 1 as const, prefix: "job12", submission: SUBMISSION, times: {} };
  return jobOfRecord({ status, record: { ...whole, ...record } }, SUBMISSION);
}

test("a record says the same as a board, as far as it goes", () => {
  const told = job({
    state: "JOB_COMPLETE",
    outcome: "timeout",
    slurm: {
      jobId: "12",
      state: "TIMEOUT",
      nodes: "a1",
      exitCode: 0,
      signal: 0,
      startedAt: at(12),
      endedAt: at(13),
    },
    times: { submitted: at(11) },
  });
  expect(boardJobSchema.parse(told)).toEqual(told);
  expect(told).toMatchObject({
    state: "TIMEOUT",
    final: true,
    outcome: "timeout",
    submittedAt: at(11),
    nodes: "a1",
  });
});

test("a submission that Slurm does not have yet waits; one that it never got says why", () => {
  expect(job({ state: "JOB_SUBMIT" })).toMatchObject({ state: "PENDING", final: false });
  expect(
    job({
      state: "JOB_ERROR",
      outcome: "rejected",
      error: { code: "bad-option", message: "no" },
    }),
  ).toMatchObject({ state: "FAILED", final: true, outcome: "rejected", error: "no" });
});

test("a job that Slurm could not start says why", () => {
  const notes = [{ code: "output-folder-missing" as const, values: { path: "/x/y" } }];
  const told = job({ state: "JOB_COMPLETE", outcome: "failed", notes: notes.map(writtenReason) });
  expect(told?.error).toMatch(/^Slurm did not start it.*"\/x\/y"/);
});

test("results that the agent left out are told", () => {
  expect(
    job({
      state: "JOB_COMPLETE",
      outcome: "completed",
      stageOut: {
        files: 1,
        bytes: 1,
        verdict: "partial",
        skipped: [{ path: "core", reason: "not a file" }],
        skippedCount: 1,
      } as unknown as NonNullable<JobRecord["stageOut"]>,
    }),
  ).toMatchObject({ error: "core: not a file" });
});

test("nothing is told of another submission", () => {
  const other = { version: 1 as const, prefix: "job12", submission: "other", times: {} };
  const status = { state: "JOB_SUBMIT", submission: "other", metadata: {} } as never;
  const record = { ...other, state: "JOB_SUBMIT" as const };
  expect(jobOfRecord({ status, record }, SUBMISSION)).toBeUndefined();
});

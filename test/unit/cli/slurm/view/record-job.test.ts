import { expect, test } from "@jest/globals";
import { jobOfRecord } from "../../../../../cli/slurm/view/record-job.ts";
import { boardJobSchema } from "../../../../../protocol/board.ts";
import { at } from "../../../../support/slurm-view.ts";

test("a record says the same as a board, as far as it goes", () => {
  const job = jobOfRecord({
    version: 1,
    prefix: "job12",
    submission: "20260131T120000Z-000000000012",
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
  expect(boardJobSchema.parse(job)).toEqual(job);
  expect(job).toMatchObject({
    state: "TIMEOUT",
    final: true,
    outcome: "timeout",
    submittedAt: at(11),
    nodes: "a1",
  });
});

test("a submission that Slurm does not have yet waits; one that it never got says why", () => {
  const record = {
    version: 1 as const,
    prefix: "job12",
    submission: "20260131T120000Z-000000000012",
    times: {},
  };
  expect(jobOfRecord({ ...record, state: "JOB_SUBMIT" })).toMatchObject({
    state: "PENDING",
    final: false,
  });
  expect(
    jobOfRecord({
      ...record,
      state: "JOB_ERROR",
      outcome: "rejected",
      error: { code: "bad-option", message: "no" },
    }),
  ).toMatchObject({ final: true, outcome: "rejected", error: "no" });
});

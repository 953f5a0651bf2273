import { expect, test } from "@jest/globals";
import { endOfJob } from "../../../../bench/cloud/bare-slurm.ts";

test.each([
  ["slurmctld: _job_complete: JobId=12 WEXITSTATUS 0", { jobId: "12", succeeded: true }],
  [
    "[2026-11-29T10:00:00.123] _job_complete: JobId=12 WEXITSTATUS 1",
    { jobId: "12", succeeded: false },
  ],
  ["slurmctld: _job_complete: JobId=12 WTERMSIG 9", { jobId: "12", succeeded: false }],
  ["slurmctld: _job_complete: JobId=12 done", undefined],
  ["slurmctld: _slurm_rpc_submit_batch_job: JobId=12 InitPrio=4294901748 usec=338", undefined],
])("a job's end is told once: %s", (line, end) => {
  expect(endOfJob(line)).toEqual(end);
});

import type { StatusObject } from "../../bucket/job-objects/status.ts";
import type { JobRecord } from "../../protocol/record.ts";
import type { JobEntry } from "../journal/job-entry.ts";
import { newAccount } from "../slurm/array-account.ts";
import type { Slurm } from "../slurm/slurm.ts";
import { ownerOf } from "./job-owner.ts";

/**
 * An entry for a submission that an earlier agent had, whose journal is gone: when Slurm has its job, it
 * is waited for; when not, nobody can tell any more what became of it.
 *
 * @throws when Slurm does not answer
 */
export async function adopt(
  record: JobRecord,
  status: StatusObject,
  ports: { slurm: Slurm; workRoot: string; home: string; now: () => Date },
): Promise<JobEntry> {
  const { prefix, submission, requester, stageIn, sbatchOptions, times, refused } = record;
  const entry: JobEntry = {
    version: 1,
    prefix,
    submission,
    phase: "running",
    state: status.state ?? "JOB_SUBMIT",
    statusEtag: status.etag,
    requester,
    stageIn,
    sbatchOptions,
    times,
    refused,
    outbox: [],
  };
  const job = await ports.slurm.find(ownerOf(entry, ports));
  if (job)
    return {
      ...entry,
      slurm: { jobId: job.jobId },
      jobName: job.name,
      ...(job.arrayTasks !== undefined && { array: newAccount(job.arrayTasks, ports.now()) }),
    };
  const message =
    "neither the agent nor Slurm knows this job: the Head Node was replaced while it ran";
  return {
    ...entry,
    phase: "failing",
    slurm: record.slurm,
    outcome: "lost",
    error: { code: "lost", message },
  };
}

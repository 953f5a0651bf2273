import type { StatusObject } from "../../bucket/job-objects/status.ts";
import type { OwnRecord } from "../../protocol/own-record.ts";
import type { JobEntry } from "../journal/job-entry.ts";
import { newAccount } from "../slurm/array-account.ts";
import { ownerOf } from "./job-owner.ts";
import type { RequestPorts } from "./request-ports.ts";

/**
 * Takes over a submission that an earlier agent had, whose journal is gone: when Slurm has its job, it
 * is waited for; when not, its outcome can no longer be known.
 *
 * @param record the agent's own copy: the one under the prefix may be forged
 * @throws when Slurm does not answer
 */
export async function adopt(
  record: OwnRecord,
  status: StatusObject,
  ports: RequestPorts,
): Promise<void> {
  const entry = await entryFor(record, status, ports);
  entry.times = { ...entry.times, accepted: ports.now().toISOString() };
  if (status.state === "JOB_CANCEL") entry.cancelRequested = true;
  await ports.journal.add(entry);
  ports.say("a job that the journal did not know", { phase: entry.phase });
  ports.driver.wake(entry);
}

async function entryFor(
  record: OwnRecord,
  status: StatusObject,
  ports: RequestPorts,
): Promise<JobEntry> {
  const { prefix, submission, requester, stageIn, sbatchOptions, times, refused, keepsLinks } =
    record;
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
    keepsLinks,
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

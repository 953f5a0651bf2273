import { readInputManifest } from "../../bucket/job-objects/manifest.ts";
import type { StatusObject } from "../../bucket/job-objects/status.ts";
import { type WhoAsked, whoAsked } from "../../bucket/job-objects/who-asked.ts";
import { boardOf } from "../../protocol/board.ts";
import { isWholeCancel } from "../../protocol/cancel.ts";
import { CloudSubmitError } from "../../protocol/error.ts";
import { keepsLinks } from "../../protocol/links.ts";
import { manifestOf } from "../../protocol/manifest.ts";
import type { JobEntry } from "../journal/job-entry.ts";
import { newAccount } from "../slurm/array-account.ts";
import type { FoundJob } from "../slurm/find-job.ts";
import { ownerOf } from "./job-owner.ts";
import type { JobRequest } from "./job-request.ts";
import type { RequestPorts } from "./request-ports.ts";

/**
 * Takes over a submission that an earlier agent had, whose journal is gone: when Slurm has its job, it
 * is waited for; when not, its outcome can no longer be known.
 *
 * @param request with the marker that stands for the submission: nothing under the prefix is relied on
 * @param found Slurm's job, when Slurm was asked already
 * @throws when Slurm does not answer
 */
export async function adopt(
  request: JobRequest,
  status: StatusObject,
  ports: RequestPorts,
  found?: FoundJob,
): Promise<void> {
  const job = found ?? (await ports.slurm.find(ownerOf(request, ports)));
  const asked = request.marker && (await whoAsked(ports.store, request.marker.key));
  const board = asked && boardOf(asked.metadata);
  const readKey = asked && (await readKeyOf(asked, request.prefix, ports));
  const entry: JobEntry = {
    ...entryOf(request, status, asked, ports),
    ...(job ? has(job, ports) : LOST),
    ...(board !== undefined && { board }),
    ...(job && readKey !== undefined && { readKey }),
  };
  if (status.state === "JOB_CANCEL" && isWholeCancel(status.metadata)) entry.cancelRequested = true;
  await ports.journal.add(entry);
  ports.say("a job that the journal did not know", { phase: entry.phase });
  ports.driver.wake(entry);
}

function entryOf(
  { prefix, submission, arrived, marker }: JobRequest,
  status: StatusObject,
  asked: WhoAsked | undefined,
  { now }: RequestPorts,
): JobEntry {
  return {
    version: 1,
    prefix,
    submission,
    phase: "running",
    state: status.state ?? "JOB_SUBMIT",
    statusEtag: status.etag,
    requester: asked?.requester,
    arrived,
    ...(marker && { markers: [marker.key] }),
    ...(asked && keepsLinks(asked.metadata) && { keepsLinks: true }),
    times: { requested: asked?.requestedAt, accepted: now().toISOString() },
    outbox: [],
  };
}

/** The read key in the very manifest that was submitted; undefined where it is not to be had any more. */
async function readKeyOf(
  { metadata }: WhoAsked,
  prefix: string,
  { store }: Pick<RequestPorts, "store">,
): Promise<string | undefined> {
  const manifest = manifestOf(metadata);
  if (manifest === undefined || manifest === "unreadable") return undefined;
  try {
    return (await readInputManifest(store, prefix, manifest)).readKey;
  } catch (error) {
    if (error instanceof CloudSubmitError) return undefined;
    throw error;
  }
}

function has(job: FoundJob, { now }: RequestPorts): Partial<JobEntry> {
  return {
    slurm: { jobId: job.jobId },
    jobName: job.name,
    ...(job.array && { array: newAccount(job.array, now()) }),
  };
}

const LOST: Partial<JobEntry> = {
  phase: "failing",
  outcome: "lost",
  error: {
    code: "lost",
    message: "neither the agent nor Slurm knows this job: the Head Node was replaced while it ran",
  },
};

import { readInputManifest } from "../../bucket/job-objects/manifest.ts";
import type { StatusObject } from "../../bucket/job-objects/status.ts";
import { type WhoAsked, whoAsked } from "../../bucket/job-objects/who-asked.ts";
import { parseAfter } from "../../protocol/after.ts";
import { boardOf } from "../../protocol/board.ts";
import { isWholeCancel } from "../../protocol/cancel.ts";
import { CloudSubmitError } from "../../protocol/error.ts";
import { keepsLinks } from "../../protocol/links.ts";
import { type Manifest, manifestOf } from "../../protocol/manifest.ts";
import { isOpen } from "../../protocol/open-submission.ts";
import type { JobEntry } from "../journal/job-entry.ts";
import { newAccount } from "../slurm/array-account.ts";
import type { FoundJob } from "../slurm/find-job.ts";
import { HELD } from "../slurm/kept-back.ts";
import { allWaitedFor } from "./all-waited-for.ts";
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
  const sent = asked && (await manifestSent(asked, request.prefix, ports));
  const entry: JobEntry = {
    ...entryOf(request, status, asked, ports),
    ...(job ? has(job, ports) : LOST),
    ...(board !== undefined && { board }),
    ...(job && sent?.readKey !== undefined && { readKey: sent.readKey }),
    ...(job && asked && openPart(asked, sent, await isHeld(asked, request, job, ports))),
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

/** Whether a job is held that an open submission was to have released, as far as Slurm tells. */
async function isHeld(
  { metadata }: WhoAsked,
  request: JobRequest,
  { jobId }: FoundJob,
  ports: RequestPorts,
): Promise<boolean> {
  if (!isOpen(metadata)) return false;
  const { tasks } = await ports.slurm.look(jobId, ownerOf(request, ports));
  return tasks.some(({ state, reason }) => state === "PENDING" && reason === HELD);
}

/** The rest of an open submission whose job is held: all of it, as far as can be known. */
function openPart(
  { metadata }: WhoAsked,
  sent: Manifest | undefined,
  held: boolean,
): Partial<JobEntry> {
  if (!held) return {};
  const manifest = manifestOf(metadata);
  const waitsFor = allWaitedFor(parseAfter(metadata), sent);
  return {
    open: "others",
    ...(waitsFor.length > 0 && { waitsFor }),
    ...(manifest && manifest !== "unreadable" && { manifest }),
    ...(sent?.from && { takesResults: true }),
  };
}

/** The very manifest that was submitted; undefined where it is not to be had any more. */
async function manifestSent(
  { metadata }: WhoAsked,
  prefix: string,
  { store }: Pick<RequestPorts, "store">,
): Promise<Manifest | undefined> {
  const manifest = manifestOf(metadata);
  if (manifest === undefined || manifest === "unreadable") return undefined;
  try {
    return await readInputManifest(store, prefix, manifest);
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

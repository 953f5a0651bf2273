import { writeRecord } from "../../bucket/job-objects/record.ts";
import { type StatusObject, writeStatus } from "../../bucket/job-objects/status.ts";
import { parseAfter } from "../../protocol/after.ts";
import { boardOf } from "../../protocol/board.ts";
import { CloudSubmitError } from "../../protocol/error.ts";
import { keepsLinks } from "../../protocol/links.ts";
import { manifestOf } from "../../protocol/manifest.ts";
import { notifyOf } from "../../protocol/notify.ts";
import { MANIFEST_FILE } from "../../protocol/objects.ts";
import { isOpen } from "../../protocol/open-submission.ts";
import { type Reason, reason, reasonText, writtenReason } from "../../protocol/reason.ts";
import { requesterOf } from "../../protocol/requester.ts";
import { parseSbatchMetadata } from "../../protocol/sbatch-options.ts";
import type { JobEntry } from "../journal/job-entry.ts";
import { answerAgain } from "./answer-again.ts";
import { endIfGivenUp } from "./given-up.ts";
import type { JobRequest } from "./job-request.ts";
import { recordOf, stateInSlurm } from "./report.ts";
import { CANCELLABLE, type RequestPorts } from "./request-ports.ts";

/** The last refusals of a job that are kept: clients may ask as often as they like. */
const REFUSED_MAX = 100;

/** FILE_UPLOAD: a new submission, one that is known, or one that is refused. */
export async function answerRun(
  request: JobRequest,
  status: StatusObject,
  ports: RequestPorts,
): Promise<void> {
  const { journal, driver, now, say } = ports;
  const { prefix } = request;
  const { submission } = status;
  const known = await journal.get(prefix, submission);
  if (known) return answerAgain(known, ports);
  const active = journal.activeOf(prefix);
  if (active) {
    await endIfGivenUp(active, ports, status);
    return refuse(active, submission, status, ports);
  }

  const accepted = now().toISOString();
  const board = boardOf(status.metadata);
  const entry: JobEntry = {
    version: 1,
    prefix,
    submission,
    phase: "accepted",
    ...(await waitsFor(status, ports)),
    ...openPart(status),
    ...manifestEntry(status),
    ...optionsOf(status),
    ...(keepsLinks(status.metadata) && { keepsLinks: true }),
    ...(board !== undefined && { board }),
    notify: notifyOf(status.metadata),
    state: "FILE_UPLOAD",
    requester: requesterOf(request.requester, status.metadata),
    commandId: request.command,
    arrived: request.arrived,
    ...(request.marker && { markers: [request.marker.key] }),
    statusEtag: status.etag,
    times: { requested: (status.lastModified ?? now()).toISOString(), accepted },
    outbox: [],
  };
  if (request.marker?.asked) ports.fresh.add(entry);
  await journal.add(entry);
  say("request accepted", { submission });
  driver.wake(entry);
}

/** The manifest that the submission is to run on; one that cannot be named ends it. */
function manifestEntry({ metadata }: StatusObject): Partial<JobEntry> {
  const manifest = manifestOf(metadata);
  if (manifest !== "unreadable") return manifest ? { manifest } : {};
  const message = `the status object's metadata name no manifest: write the ETag of ${MANIFEST_FILE} there, or nothing`;
  return { phase: "failing", outcome: "rejected", error: { code: "stage-in-failed", message } };
}

/**
 * The runs that the submission is to begin after: without an id, the one that the prefix has or had last, as far as the
 * journal knows. A text that names none ends it.
 */
async function waitsFor(
  { metadata }: StatusObject,
  ports: RequestPorts,
): Promise<Partial<JobEntry>> {
  const { journal } = ports;
  try {
    const named = parseAfter(metadata);
    if (named.length === 0) return {};
    const known = named.map(async (one) => {
      if (one.submission !== undefined) return one;
      const run = journal.activeOf(one.prefix) ?? (await journal.lastEnded(one.prefix));
      return run ? { ...one, submission: run.submission } : one;
    });
    // Slurm gets the job of an open one first.
    const phase = isOpen(metadata) ? "accepted" : "waiting";
    return { phase, waitsFor: await Promise.all(known) };
  } catch (error) {
    if (!(error instanceof CloudSubmitError)) throw error;
    const { code, message } = error;
    return { phase: "failing", outcome: "rejected", error: { code, message } };
  }
}

/** Of an open submission: where it begins once Slurm has its job. */
function openPart({ metadata }: StatusObject): Partial<JobEntry> {
  return isOpen(metadata) ? { open: "others" } : {};
}

/** The options for sbatch that the request came with; a wrong one ends the submission. */
function optionsOf(status: StatusObject): Partial<JobEntry> {
  try {
    const sbatchOptions = parseSbatchMetadata(status.metadata);
    return sbatchOptions.length > 0 ? { sbatchOptions } : {};
  } catch (error) {
    const { code, message } = CloudSubmitError.from(error);
    return { phase: "failing", outcome: "rejected", error: { code, message } };
  }
}

/**
 * The folder of an active job is never overwritten: the record says so, and the state goes back.
 *
 * @throws CloudSubmitError `active-job` while a state of the job's own is on its way: what the status
 * object says is to be looked at again once it is there
 */
async function refuse(
  active: JobEntry,
  submission: string,
  status: StatusObject,
  ports: RequestPorts,
): Promise<void> {
  const { store, log } = ports;
  const why = reason("job-active", { submission: active.submission });
  const words = reasonText(why);
  // One that was given up may be about to end, which its user was told.
  const mayEnd = active.givenUpAt !== undefined && !active.goesOn;
  if (mayEnd || !CANCELLABLE.has(active.phase)) throw new CloudSubmitError("active-job", words);
  await note(active, submission, why, ports);
  // The record tells of it with the job's own next state, which takes this FILE_UPLOAD's place.
  if (active.phase !== "running") throw new CloudSubmitError("active-job", words);
  log("warn", "request refused", { prefix: active.prefix, submission, reason: words });
  const state = stateInSlurm(active);
  await writeRecord(store, recordOf(active, state));
  await writeStatus(store, active.prefix, state, {
    ifMatch: status.etag,
    submission: active.submission,
  });
}

/** A FILE_UPLOAD that another one was written over before it was looked at: the record of the active job tells of it. */
export async function answerReplacedRun(
  { prefix, submission }: JobRequest,
  ports: RequestPorts,
): Promise<void> {
  const active = ports.journal.activeOf(prefix);
  if (!active || active.submission === submission || !CANCELLABLE.has(active.phase)) return;
  const why = reason("request-replaced", { submission: active.submission });
  const isNew = await note(active, submission, why, ports);
  ports.say("request is out of date", { replacedBy: active.submission });
  // Before that, the record tells of it with the job's own next state.
  if (isNew && active.phase === "running")
    await writeRecord(ports.store, recordOf(active, "JOB_SUBMIT"));
}

/** @returns false: it was noted before */
async function note(
  active: JobEntry,
  submission: string,
  why: Reason,
  { journal, now }: RequestPorts,
): Promise<boolean> {
  if (active.refused?.some((earlier) => earlier.submission === submission)) return false;
  const refusal = { submission, at: now().toISOString(), ...writtenReason(why) };
  await journal.update(active, ({ refused = [] }) => ({
    refused: [...refused, refusal].slice(-REFUSED_MAX),
  }));
  return true;
}

import { type StatusObject, writeStatus } from "../../bucket/job-objects/status.ts";
import { whoAsked } from "../../bucket/job-objects/who-asked.ts";
import { boardOf } from "../../protocol/board.ts";
import { cancelPartOf } from "../../protocol/cancel.ts";
import { CloudSubmitError } from "../../protocol/error.ts";
import { markerOfKey } from "../../protocol/marker.ts";
import { requesterOf } from "../../protocol/requester.ts";
import type { JobEntry } from "../journal/job-entry.ts";
import { adopt } from "./adopt.ts";
import { answerOverwrittenPart, answerPart, restoreRun } from "./answer-part.ts";
import { ownerOf } from "./job-owner.ts";
import type { JobRequest } from "./job-request.ts";
import { CANCELLABLE, type RequestPorts } from "./request-ports.ts";
import { unansweredRun } from "./unanswered-run.ts";

/**
 * A JOB_CANCEL that was written over before it was looked at: it still is for the job that was active when it was written.
 *
 * @param key of its marker, which tells of that time
 */
export async function answerOverwrittenCancel(
  { prefix }: JobRequest,
  key: string,
  ports: RequestPorts,
): Promise<void> {
  const active = ports.journal.activeOf(prefix);
  const { time: at, metadata = {} } = markerOfKey(key)?.asked ?? {};
  if (!active || at === undefined || !CANCELLABLE.has(active.phase)) return;
  if (Date.parse(active.times.requested ?? "") > at) return;
  const part = cancelPartOf(metadata);
  if (part) await answerOverwrittenPart(active, part, ports);
  else await cancelActive(active, ports);
}

async function cancelActive(
  active: JobEntry,
  { journal, driver, say }: RequestPorts,
): Promise<void> {
  // Slurm is told once more, whatever has become of an earlier one.
  await journal.update(active, () => ({ cancelRequested: true, cancelSent: undefined }));
  say("cancel accepted", { cancelled: active.submission });
  driver.wake(active);
}

/**
 * JOB_CANCEL: for the active job, else for a submission that has not come in yet, which ends here. For one that has
 * ended the state goes back to what it was, and so it does when tasks or a signal were asked for.
 */
export async function answerCancel(
  request: JobRequest,
  status: StatusObject,
  ports: RequestPorts,
): Promise<void> {
  const { journal, store, slurm, driver, now, say } = ports;
  const { prefix } = request;
  const active = journal.activeOf(prefix);
  if (active && !CANCELLABLE.has(active.phase))
    throw new CloudSubmitError("active-job", "the job is about to end");
  const part = cancelPartOf(status.metadata);
  if (active && part) return answerPart(active, part, status, ports);
  if (active) return cancelActive(active, ports);
  const sent = await unansweredRun(request, status, ports);
  if (sent) {
    // An agent whose journal is gone may have submitted it.
    const job = await slurm.find(ownerOf({ prefix, submission: sent.submission }, ports));
    if (job) {
      await adopt({ ...request, ...sent }, status, ports, job);
      const adopted = part && journal.activeOf(prefix);
      return adopted && answerPart(adopted, part, status, ports);
    }
    if (part && (await restoreRun(sent, prefix, status, ports))) return;
  }
  const ended = sent ? undefined : await journal.lastEnded(prefix);
  if (ended) {
    await writeStatus(store, prefix, ended.state, {
      submission: ended.submission,
      ifMatch: status.etag,
    });
    return say("cancel of a job that has ended", { state: ended.state });
  }
  const asked = sent?.marker && (await whoAsked(store, sent.marker.key));
  const board = asked && boardOf(asked.metadata);
  const at = now().toISOString();
  const entry: JobEntry = {
    version: 1,
    prefix,
    submission: sent?.submission ?? status.submission,
    phase: "failing",
    state: "JOB_CANCEL",
    requester: asked?.requester ?? requesterOf(request.requester, status.metadata),
    commandId: request.command,
    arrived: request.arrived,
    ...(sent?.marker && { markers: [sent.marker.key] }),
    ...(board !== undefined && { board }),
    statusEtag: status.etag,
    outcome: "cancelled",
    error: { code: "cancelled", message: "cancelled before the Head Node had it" },
    times: {
      requested: asked?.requestedAt ?? (status.lastModified ?? now()).toISOString(),
      accepted: at,
    },
    outbox: [],
  };
  await journal.add(entry);
  say("cancel of a job that never came in", { cancelled: entry.submission });
  driver.wake(entry);
}

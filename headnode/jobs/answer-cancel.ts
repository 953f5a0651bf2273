import { readOwnRecord } from "../../bucket/job-objects/own-record.ts";
import { type StatusObject, writeStatus } from "../../bucket/job-objects/status.ts";
import { CloudSubmitError } from "../../protocol/error.ts";
import { requesterOf } from "../../protocol/requester.ts";
import type { JobEntry } from "../journal/job-entry.ts";
import type { RequestMessage } from "../spool/messages.ts";
import { adopt } from "./adopt.ts";
import { CANCELLABLE, type RequestPorts } from "./request-ports.ts";
import { unansweredRun } from "./unanswered-run.ts";

/**
 * JOB_CANCEL: for the active job, else for a submission that has not come in yet, which ends here. For one that has
 * ended the state goes back to what it was.
 */
export async function answerCancel(
  message: RequestMessage,
  status: StatusObject,
  ports: RequestPorts,
): Promise<void> {
  const { journal, store, driver, now, say } = ports;
  const { prefix } = message;
  const active = journal.activeOf(prefix);
  if (active && !CANCELLABLE.has(active.phase))
    throw new CloudSubmitError("active-job", "the job is about to end");
  if (active) {
    await journal.update(active, () => ({ cancelRequested: true }));
    say("cancel accepted", { submission: active.submission });
    return driver.wake(active);
  }
  const sent = await unansweredRun(message, status, ports);
  const record = await readOwnRecord(store, prefix);
  const isLost = record && !(await journal.get(prefix, record.submission));
  if (isLost && (sent === undefined || sent.submission === record.submission))
    return adopt(record, status, ports);
  const ended = sent ? undefined : await journal.lastEnded(prefix);
  if (ended) {
    await writeStatus(store, prefix, ended.state, {
      submission: ended.submission,
      ifMatch: status.etag,
    });
    return say("cancel of a job that has ended", { state: ended.state });
  }
  const at = now().toISOString();
  const entry: JobEntry = {
    version: 1,
    prefix,
    submission: sent?.submission ?? status.submission,
    phase: "failing",
    state: "JOB_CANCEL",
    requester: sent?.marker?.requester ?? requesterOf(message.requester, status.metadata),
    commandId: message.command,
    statusEtag: status.etag,
    outcome: "cancelled",
    error: { code: "cancelled", message: "cancelled before the Head Node had it" },
    times: {
      requested: sent?.marker?.requestedAt ?? (status.lastModified ?? now()).toISOString(),
      accepted: at,
    },
    outbox: [],
  };
  await journal.add(entry);
  say("cancel of a job that never came in", { cancelled: entry.submission });
  driver.wake(entry);
}

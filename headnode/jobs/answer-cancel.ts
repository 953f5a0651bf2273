import { CloudSubmitError } from "../../protocol/error.ts";
import { FINAL_STATES, type State } from "../../protocol/state.ts";
import { submissionOf } from "../../protocol/submission.ts";
import type { JobEntry } from "../journal/job-entry.ts";
import type { RequestMessage } from "../spool/messages.ts";
import { adopt } from "./adopt.ts";
import type { StatusObject } from "./job-objects.ts";
import { CANCELLABLE, type RequestPorts, requesterOf } from "./request-ports.ts";

/** JOB_CANCEL: for the active job; for an ended one the state goes back to what it was. */
export async function answerCancel(
  message: RequestMessage,
  status: StatusObject,
  ports: RequestPorts,
): Promise<void> {
  const { journal, objects, driver, now, say } = ports;
  const { prefix } = message;
  const active = journal.activeOf(prefix);
  if (active && !CANCELLABLE.has(active.phase))
    throw new CloudSubmitError("active-job", "the job is about to end");
  if (active) {
    await journal.update(active, () => ({ cancelRequested: true }));
    say("cancel accepted", { submission: active.submission });
    return driver.wake(active);
  }
  const record = await objects.readRecord(prefix);
  const earlier: State | undefined = record?.state;
  const known = record && (await journal.get(prefix, record.submission));
  if (known && earlier && FINAL_STATES.has(earlier)) {
    await objects.writeStatus(prefix, earlier, status.etag);
    return say("cancel of a job that has ended", { state: earlier });
  }
  if (record && earlier === "JOB_SUBMIT" && !known) return adopt(record, status, ports);
  const at = now().toISOString();
  const entry: JobEntry = {
    version: 1,
    prefix,
    submission: submissionOf(status),
    phase: "failing",
    state: "JOB_CANCEL",
    requester: requesterOf(message, status),
    commandId: message.command,
    statusEtag: status.etag,
    outcome: "cancelled",
    error: { code: "cancelled", message: "cancelled before the Head Node had it" },
    times: { requested: (status.lastModified ?? now()).toISOString(), accepted: at },
    outbox: [],
  };
  await journal.add(entry);
  say("cancel of a job that never was");
  driver.wake(entry);
}

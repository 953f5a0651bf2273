import { readOwnRecord } from "../../bucket/job-objects/own-record.ts";
import { readStatus, writeStatus } from "../../bucket/job-objects/status.ts";
import type { JobEntry } from "../journal/job-entry.ts";
import type { RequestMessage } from "../spool/messages.ts";
import { adopt } from "./adopt.ts";
import type { RequestPorts } from "./request-ports.ts";

/** Answers for a job that Slurm has by the bucket: it goes on, or its outcome is told. */
export async function answerCheck(
  { prefix, submission }: RequestMessage,
  known: JobEntry | undefined,
  ports: RequestPorts,
): Promise<void> {
  const { journal, store, driver, say } = ports;
  if (known && known.phase !== "done") return driver.wake(known);
  const status = await readStatus(store, prefix);
  const isAsked = status?.state === "JOB_SUBMIT" || status?.state === "JOB_CANCEL";
  // The state may be another submission's by now.
  if (!status || !isAsked || journal.activeOf(prefix)) return;
  if (known) {
    if ((await journal.lastEnded(prefix))?.submission !== submission) return;
    await writeStatus(store, prefix, known.state, {
      submission: known.submission,
      ifMatch: status.etag,
    });
    return say("the final state is put back", { state: known.state });
  }
  const record = await readOwnRecord(store, prefix);
  if (record?.submission === submission) await adopt(record, status, ports);
}

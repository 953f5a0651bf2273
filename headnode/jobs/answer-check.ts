import type { JobEntry } from "../journal/job-entry.ts";
import type { RequestMessage } from "../spool/messages.ts";
import { adopt } from "./adopt.ts";
import type { RequestPorts } from "./request-ports.ts";

/** Answers for a job that the bucket says Slurm has: it goes on, or it is said what became of it. */
export async function answerCheck(
  { prefix, submission }: RequestMessage,
  known: JobEntry | undefined,
  ports: RequestPorts,
): Promise<void> {
  const { objects, driver, say } = ports;
  if (known && known.phase !== "done") return driver.wake(known);
  const status = await objects.readStatus(prefix);
  const record = await objects.readRecord(prefix);
  const isAsked = status?.state === "JOB_SUBMIT" || status?.state === "JOB_CANCEL";
  if (!status || !isAsked || record?.submission !== submission) return;
  if (known) {
    await objects.writeStatus(prefix, known.state, status.etag);
    return say("the final state is put back", { state: known.state });
  }
  await adopt(record, status, ports);
}

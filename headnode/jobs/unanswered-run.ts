import { listMarkers, readMarker } from "../../bucket/job-objects/marker.ts";
import type { StatusObject } from "../../bucket/job-objects/status.ts";
import type { PendingMarker } from "../../protocol/marker.ts";
import { CANCELS_METADATA, SUBMISSION_PATTERN } from "../../protocol/submission.ts";
import type { RequestMessage } from "../spool/messages.ts";
import type { RequestPorts } from "./request-ports.ts";

/** A submission that was asked for and never came in. */
export interface UnansweredRun {
  submission: string;
  /** Note of the function that sent it. */
  marker: PendingMarker | undefined;
}

/**
 * The submission of a prefix that a JOB_CANCEL ends before the agent has had it: the one that it names, else the one
 * that was sent last and has no answer. undefined: there is none.
 */
export async function unansweredRun(
  message: RequestMessage,
  status: StatusObject,
  { journal, store }: Pick<RequestPorts, "journal" | "store">,
): Promise<UnansweredRun | undefined> {
  const { prefix } = message;
  const named = status.metadata[CANCELS_METADATA];
  const sent: { submission: string; at: number }[] = [];
  for await (const { request, written } of listMarkers(store, prefix))
    if (request.action === "run")
      sent.push({ submission: request.submission, at: written?.getTime() ?? 0 });
  const candidates = [
    ...(named !== undefined && SUBMISSION_PATTERN.test(named) ? [named] : []),
    ...sent.toSorted((one, other) => other.at - one.at).map(({ submission }) => submission),
    ...(message.action === "run" ? [message.submission] : []),
  ];
  for (const submission of candidates)
    if (!(await journal.get(prefix, submission)))
      return { submission, marker: await readMarker(store, { prefix, submission, action: "run" }) };
  return undefined;
}

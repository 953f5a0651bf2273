import { listQueue } from "../../bucket/job-objects/marker.ts";
import type { StatusObject } from "../../bucket/job-objects/status.ts";
import { CANCELS_METADATA, SUBMISSION_PATTERN } from "../../protocol/submission.ts";
import type { JobRequest, RequestMarker } from "./job-request.ts";
import type { RequestPorts } from "./request-ports.ts";

/** A submission that was asked for and never came in. */
export interface UnansweredRun {
  submission: string;
  /** The account that asked for it, as S3 reports it. */
  requester: string | undefined;
  marker: RequestMarker | undefined;
}

/**
 * The submission of a prefix that a JOB_CANCEL ends before the agent has had it: the one that it names, else the one
 * that was sent last and has no answer. undefined: there is none.
 */
export async function unansweredRun(
  { prefix, action, submission, requester, marker }: JobRequest,
  status: StatusObject,
  { journal, store }: Pick<RequestPorts, "journal" | "store">,
): Promise<UnansweredRun | undefined> {
  const named = status.metadata[CANCELS_METADATA];
  const sent: (UnansweredRun & { at: number })[] = [];
  for await (const { key, request, asked, written } of listQueue(store, prefix))
    if (request.action === "run")
      sent.push({
        submission: request.submission,
        requester: asked?.account,
        marker: { key, asked: undefined },
        at: asked?.time ?? written?.getTime() ?? 0,
      });
  const known = (one: string) => sent.find((other) => other.submission === one);
  const candidates: UnansweredRun[] = [
    ...(named !== undefined && SUBMISSION_PATTERN.test(named)
      ? [known(named) ?? { submission: named, requester: undefined, marker: undefined }]
      : []),
    ...sent.toSorted((one, other) => other.at - one.at),
    ...(action === "run" ? [known(submission) ?? { submission, requester, marker }] : []),
  ];
  for (const one of candidates)
    if (!(await journal.get(prefix, one.submission))) {
      const { submission, requester, marker } = one;
      return { submission, requester, marker };
    }
  return undefined;
}

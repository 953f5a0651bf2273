import type { QueuedRequest } from "../../bucket/job-objects/marker.ts";
import { removeIfAllowed } from "../../bucket/job-objects/remove-if-allowed.ts";
import type { StatusObject } from "../../bucket/job-objects/status.ts";
import { whoAsked } from "../../bucket/job-objects/who-asked.ts";
import type { ErrorCode } from "../../protocol/error.ts";
import type { RequestId } from "../../protocol/request.ts";
import type { Ports } from "../aws/ports.ts";
import { endRequest } from "./end-request.ts";

/** Whether the status object still asks for what the marker stands for: nobody has taken it up yet. */
export function isUnanswered(request: RequestId, status: StatusObject | undefined): boolean {
  if (!status) return false;
  const isSame = status.submission === request.submission;
  if (request.action === "cancel") return status.state === "JOB_CANCEL" && isSame;
  // A JOB_CANCEL that has overwritten it does not name the submission: this marker does.
  return status.state === "JOB_CANCEL" || (status.state === "FILE_UPLOAD" && isSame);
}

/** Whether the submission that the marker stands for has no final state yet, or the cancel no answer. */
export function isOpen(request: RequestId, status: StatusObject): boolean {
  if (isUnanswered(request, status)) return true;
  const { action, submission } = request;
  return action === "run" && status.state === "JOB_SUBMIT" && status.submission === submission;
}

/**
 * Ends what a marker stands for in JOB_ERROR, outcome `unreachable`, and removes its markers.
 *
 * @param markers all that there are of the request, at least one
 */
export async function giveUp(
  markers: readonly [QueuedRequest, ...QueuedRequest[]],
  status: StatusObject,
  error: { code: ErrorCode; message: string },
  ports: Ports,
): Promise<void> {
  const [{ key, request }] = markers;
  const { requester, requestedAt } = await whoAsked(ports.store, key);
  await endRequest(
    {
      prefix: request.prefix,
      submission: request.submission,
      status,
      requester,
      requestedAt,
      outcome: "unreachable",
      error,
    },
    ports,
  );
  await removeAll(markers, ports);
}

/**
 * Removes markers that nobody waits for any more.
 *
 * @returns false: the bucket's policy lets nothing be removed
 */
export async function removeAll(
  markers: readonly QueuedRequest[],
  { store }: Pick<Ports, "store">,
): Promise<boolean> {
  const removed = await Promise.all(markers.map(({ key }) => removeIfAllowed(store, key)));
  return !removed.includes(false);
}

import { removeMarker, writeMarker } from "../../bucket/job-objects/marker.ts";
import type { ObjectWriter } from "../../bucket/object-store.ts";
import type { RequestId } from "../../protocol/request.ts";
import type { Log } from "../log.ts";

/**
 * Removes the marker of a request that has its answer. Where S3 keeps it, that is said; the marker of a check, which
 * would be taken for unanswered as long as the job runs, then tells that the agent has heard it.
 */
export async function removeAnswered(
  { store, log, now }: { store: ObjectWriter; log: Log; now: () => Date },
  request: RequestId,
): Promise<void> {
  if (await removeMarker(store, request)) return;
  const { prefix, submission, action } = request;
  const heard = now().toISOString();
  const answered = { requestedAt: heard, heard, attempts: 1, dispatcher: "agent" };
  if (action === "check")
    await writeMarker(store, { version: 1, prefix, submission, action, ...answered });
  log("warn", "S3 refuses to remove a marker: allow s3:DeleteObject below .cloud-submit/", {
    prefix,
    submission,
    action,
  });
}

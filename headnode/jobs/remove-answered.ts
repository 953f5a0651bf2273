import { removeMarker } from "../../bucket/job-objects/marker.ts";
import type { ObjectWriter } from "../../bucket/object-store.ts";
import type { RequestId } from "../../protocol/request.ts";
import type { Log } from "../log.ts";

/** Removes the marker of a request that has its answer; one that S3 keeps is asked about again, which is said. */
export async function removeAnswered(
  { store, log }: { store: ObjectWriter; log: Log },
  request: RequestId,
): Promise<void> {
  if (await removeMarker(store, request)) return;
  const { prefix, submission, action } = request;
  log("warn", "S3 refuses to remove a marker: allow s3:DeleteObject below .cloud-submit/", {
    prefix,
    submission,
    action,
  });
}

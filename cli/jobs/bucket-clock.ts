import type { StatusObject } from "../../bucket/job-objects/status.ts";

/**
 * The time now by S3's clock, from objects that were just read: what the ages of objects are compared with, as this
 * machine's clock may be wrong by any time, and requests go through all the same.
 *
 * @param own this machine's time, where S3 has told none
 */
export function bucketNow(
  read: Iterable<Pick<StatusObject, "answered"> | undefined>,
  own: Date,
): Date {
  let newest: Date | undefined;
  for (const status of read) {
    const at = status?.answered;
    if (at && (newest === undefined || at > newest)) newest = at;
  }
  return newest ?? own;
}

import { succeeds } from "../bucket/flow/succeeds.ts";
import { isRefusal } from "../bucket/s3/retry.ts";
import { messageOf } from "../protocol/error.ts";
import { FileError } from "../protocol/file-error.ts";
import { type Reason, reason } from "../protocol/reason.ts";

/** Reasons that are those of one object: S3 gives it, but not as it says that it is. */
const OF_ONE: ReadonlySet<string> = new Set(["object-damaged", "object-length", "object-changing"]);

/**
 * Tells the failure of one object from that of all, so that the others can come: it is not whole, or S3 refuses it, because it is
 * archived, encrypted with a key that is denied, or of somebody else.
 *
 * @param other asks S3 for an object that it has to give as well; called once, at the first refusal. Where it fails, too, all
 * may be refused
 * @returns for a failure: why its object is passed over; undefined where it is not the object's
 */
export function passedOver(
  other: () => Promise<unknown>,
): (error: unknown) => Promise<Reason | undefined> {
  let others: Promise<boolean> | undefined;
  return async (error) => {
    if (error instanceof FileError && OF_ONE.has(error.reason.code)) return error.reason;
    if (!isRefusal(error)) return undefined;
    others ??= succeeds(other());
    return (await others) ? reason("object-refused", { error: messageOf(error) }) : undefined;
  };
}

import { messageOf } from "../../protocol/error.ts";
import type { Say } from "../messages/say.ts";

/** A refusal by S3, and the right that the request needed, as far as that is known. */
interface Denied extends Error {
  action?: string | undefined;
  /** The request had a customer's key. */
  hadKey?: boolean;
}

/** The right that is missing, on the bucket or the key; undefined: nothing is known of it. S3's own words only choose. */
export function missingRight(error: Denied): string | undefined {
  const [ofKey] = /\bkms:[A-Za-z]+/.exec(messageOf(error)) ?? [];
  return ofKey ?? error.action;
}

/**
 * Says which right is missing, or what to set: S3 knows the credentials, and they are not to blame. Its own words, which
 * follow, only choose between hints.
 */
export function deniedWords(say: Say, error: Denied): string {
  const action = missingRight(error);
  if (action?.startsWith("kms:")) return say("denied.key", { action });
  if (action === undefined) return say("aws.AccessDenied");
  if (error.hadKey) return say("denied.customerKey", { action });
  if (action === "s3:PutObject") return say("denied.put", { action });
  if (action === "s3:ListBucket") return say("denied.list", { action });
  return say(action.startsWith("s3:GetObject") ? "denied.get" : "denied.other", { action });
}

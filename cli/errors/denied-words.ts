import { messageOf } from "../../protocol/error.ts";
import type { Say } from "../messages/say.ts";

/** A refusal by S3, and the right that the request needed, as far as that is known. */
interface Denied extends Error {
  action?: string | undefined;
}

/**
 * Says which right is missing, or what to set: S3 knows the credentials, and they are not to blame. Its own words, which
 * follow, only choose between hints.
 */
export function deniedWords(say: Say, error: Denied): string {
  const { action } = error;
  const words = messageOf(error);
  const [ofKey] = /\bkms:[A-Za-z]+/.exec(words) ?? [];
  if (ofKey !== undefined) return say("denied.key", { action: ofKey });
  if (action === undefined) return say("aws.AccessDenied");
  if (action === "s3:PutObject") return say("denied.put", { action });
  return say(action === "s3:ListBucket" ? "denied.list" : "denied.other", { action });
}

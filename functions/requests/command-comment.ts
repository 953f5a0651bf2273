import { createHash } from "node:crypto";
import type { RequestId } from "../../protocol/request.ts";

/** Characters that SSM takes as a command's comment. */
const COMMENT_LENGTH = 100;
/** Hexadecimal digits of the request's digest: 96 bits, which no two requests have in common. */
const DIGEST_LENGTH = 24;

/**
 * The comment of a request's command, which it is known by in SSM: action and prefix for people, cut where they are too
 * long, and a digest of the whole request, submission included.
 */
export function commentOf({ action, prefix, submission }: RequestId): string {
  const digest = createHash("sha256").update(JSON.stringify([action, prefix, submission]));
  const shown = `${action} ${prefix}`.slice(0, COMMENT_LENGTH - DIGEST_LENGTH - 1);
  return `${shown} ${digest.digest("hex").slice(0, DIGEST_LENGTH)}`;
}

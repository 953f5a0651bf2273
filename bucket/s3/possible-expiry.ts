import { S3Error } from "./s3-error.ts";
import type { S3Settings } from "./s3-settings.ts";

/**
 * Whether credentials that have expired may be why. S3 answers 400 to them, and to HEAD without a reason; those of a user
 * do not expire.
 */
export async function mayBeExpiry(error: unknown, settings: S3Settings): Promise<boolean> {
  if (!(error instanceof S3Error) || error.name !== "BadRequest") return false;
  return (await settings.credentials()).sessionToken !== undefined;
}

/** The error to end with, once the credentials have been looked for again: `MayBeExpired` where that may be why. */
export async function withExpiry(error: unknown, settings: S3Settings): Promise<unknown> {
  if (!(await mayBeExpiry(error, settings))) return error;
  const why = "S3 answered 400 without a reason, also after a look for newer credentials";
  return new S3Error("MayBeExpired", why, { status: 400, cause: error });
}

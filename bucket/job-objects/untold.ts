/**
 * S3 does not say whether there is an object: to those without s3:ListBucket it answers for a missing one as for one that
 * they may not read. Source: Amazon S3 API Reference, GetObject, "Permissions".
 */
export class Untold extends Error {
  /** S3's name for it. */
  override readonly name = "AccessDenied";
  /** The right that would tell. */
  readonly action = "s3:ListBucket";

  constructor(key: string, cause: unknown) {
    super(`${key}: S3 does not tell whether it is there`, { cause });
  }
}

/** For readers who can go on as if there were no such object. */
export function untoldIsNone(error: unknown): undefined {
  if (error instanceof Untold) return undefined;
  throw error;
}

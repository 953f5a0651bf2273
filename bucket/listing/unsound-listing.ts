import { S3Error } from "../s3/s3-error.ts";

/** A listing that cannot be true: what was not in it may exist all the same. Another try would not help. */
export function unsoundListing(what: string): S3Error {
  return new S3Error("UnsoundListing", `S3's listing ${what}`);
}

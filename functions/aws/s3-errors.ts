import { S3ServiceException } from "@aws-sdk/client-s3";

/** A condition that does not hold (412), or a concurrent writer of the same key (409). */
export function isConflict(error: unknown): boolean {
  const status = statusOf(error);
  return status === 412 || status === 409;
}

/** No such object; also what If-Match says of one that is gone. */
export function isMissing(error: unknown): boolean {
  return statusOf(error) === 404 && (error as Error).name !== "NoSuchBucket";
}

function statusOf(error: unknown): number | undefined {
  return error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
}

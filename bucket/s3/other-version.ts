import { S3Error } from "./s3-error.ts";

/**
 * S3's names for an invalid version id, or one that may not be seen: `s3:GetObjectVersion` is a permission of its own.
 * Source: Amazon S3 API Reference, GetObject; a HEAD has no name for it, see error-response.ts.
 */
const NO_VERSION: ReadonlySet<string> = new Set(["InvalidArgument", "BadRequest", "AccessDenied"]);

/**
 * Whether S3 says that an object is not, or no longer, the one that was asked for.
 *
 * @param byVersion it was asked for by its version id
 */
export function isOtherVersion(error: unknown, byVersion: boolean): boolean {
  if (!(error instanceof S3Error) || error.name === "NoSuchBucket") return false;
  const { httpStatusCode: status } = error.$metadata;
  if (status === 404 || status === 412) return true;
  // 405: the id of a delete marker.
  return byVersion && (status === 405 || NO_VERSION.has(error.name));
}

import type { ArrivingFile } from "./arriving-file.ts";
import type { BucketClient } from "./bucket-client.ts";
import type { Watch } from "./carry-file.ts";
import { isPlain, type ObjectRange, type RangeState } from "./read-range.ts";
import type { S3Request } from "./s3-request.ts";

/** Result of a range request. */
export interface RangeResult {
  /** Of the first response. */
  headers: Readonly<Record<string, string>>;
  crc32: number;
  bytes: number;
}

/** Who watches a range come. */
interface Progress {
  /** Called with the number of bytes that came since the last call; bytes that are repeated count again. */
  onBytes?: ((bytes: number) => void) | undefined;
  /** Called with the position in the object up to which the range is written. */
  onAt?: (at: number) => void;
}

/**
 * Reads a range of an object into a file, each byte at its position in the object. When a response breaks off, the next
 * attempt goes on after the last byte that came, of the same version.
 *
 * @param to descriptor, or a file that is to be made
 * @throws S3Error `PreconditionFailed` when the object is another one by now, also where the server does not compare;
 *   `WrongLength` when more or less is sent than there should be; `MalformedResponse`
 */
export async function getRange(
  client: BucketClient,
  { key, start, end, size, ifMatch, versionId, holds }: ObjectRange,
  limit: S3Request["limit"],
  to: number | ArrivingFile,
  { onBytes = nothing, onAt }: Progress = {},
): Promise<RangeResult> {
  // A literal: copies of objects are slow to make before V8 has seen many.
  const range: RangeState = {
    key,
    start,
    end,
    size,
    ifMatch,
    versionId,
    holds,
    at: start,
    crc: 0,
    last: end,
    headers: undefined,
  };
  const isNew = typeof to !== "number";
  const sink = isNew ? to : undefined;
  await client.transfer(
    () => rangeRequest(range, limit),
    { kind: "receive", to: isNew ? to.arrival : to, range },
    onAt ? { ...following(range, onBytes, onAt), sink } : { onBytes, sink },
  );
  return { headers: range.headers ?? {}, crc32: range.crc, bytes: range.at - start };
}

function nothing(): void {}

/** Tells, besides, how far a range has come: from where its last attempt began. */
function following(
  range: RangeState,
  onBytes: (bytes: number) => void,
  onAt: (at: number) => void,
): Pick<Watch, "onBegin" | "onBytes"> {
  let { at } = range;
  return {
    onBegin: () => {
      at = range.at;
    },
    onBytes: (bytes) => {
      at += bytes;
      onBytes(bytes);
      onAt(at);
    },
  };
}

/** The request for what is left of a range. */
function rangeRequest(range: RangeState, limit: S3Request["limit"]): S3Request {
  const { key, versionId, ifMatch, at, last } = range;
  const headers = {
    "x-amz-checksum-mode": "ENABLED",
    "if-match": ifMatch && `"${ifMatch}"`,
    range: isPlain(range) ? undefined : `bytes=${at}-${(last ?? 0) - 1}`,
  };
  if (versionId === undefined) return { method: "GET", key, headers, limit };
  return { method: "GET", key, query: { versionId }, headers, limit };
}

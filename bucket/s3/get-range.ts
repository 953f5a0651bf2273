import { crc32 } from "node:zlib";
import { unquoted } from "../unquoted.ts";
import { BatchedWrite, type Write } from "./batched-write.ts";
import type { BucketClient } from "./bucket-client.ts";
import { S3Error } from "./s3-error.ts";

/** Bytes of an object to be read. */
export interface RangeRequest {
  key: string;
  /** The first byte. */
  start: number;
  /** The byte after the last; undefined: the whole object in one plain GET. */
  end: number | undefined;
  /** Only of this version; undefined: of any. */
  ifMatch: string | undefined;
  limit: "small" | "large";
}

/** What came. */
export interface RangeResult {
  /** Of the first response. */
  headers: Readonly<Record<string, string>>;
  crc32: number;
  bytes: number;
  /** Whether the server said how many bytes there are; else the end of the response may be too early. */
  isLengthKnown: boolean;
}

/**
 * Reads a range of an object. When a response breaks off, the next attempt goes on after the last byte
 * that came, of the same version.
 *
 * @param write writes bytes at their position in the object
 * @throws S3Error `PreconditionFailed` when the object is another one by now, also where the server does
 *   not compare; `MalformedResponse` when it sends other bytes than it was asked for
 */
export async function getRange(
  client: BucketClient,
  request: RangeRequest,
  write: Write,
): Promise<RangeResult> {
  const { key, start, end, limit } = request;
  let ifMatch = request.ifMatch;
  let first: Readonly<Record<string, string>> | undefined;
  let last = end;
  let at = start;
  let crc = 0;
  const nextRequest = () => ({
    method: "GET" as const,
    key,
    headers: {
      "x-amz-checksum-mode": "ENABLED",
      "if-match": ifMatch && `"${ifMatch}"`,
      range: at > start || end !== undefined ? `bytes=${at}-${last ? last - 1 : ""}` : undefined,
    },
    limit,
  });
  const put: Write = (bytes, position) => {
    crc = crc32(bytes, crc);
    return write(bytes, position);
  };
  await client.send(nextRequest, async (response) => {
    const { headers } = response;
    if (ifMatch !== undefined && unquoted(headers.etag) !== ifMatch)
      throw new S3Error("PreconditionFailed", `${key}: the object is another one`, { status: 412 });
    first ??= headers;
    ifMatch ??= unquoted(headers.etag);
    const length = headers["content-length"];
    if (end === undefined && at === start && length !== undefined) last ??= Number(length);
    const until = last ?? Number.POSITIVE_INFINITY;
    // A server that knows no ranges begins at the first byte.
    let skip = response.status === 206 ? 0 : at;
    if (response.status === 206 && firstByte(headers) !== at)
      throw new S3Error("MalformedResponse", `${key}: S3 sent another range than ${at}-`);
    const batch = new BatchedWrite(put, at, until);
    try {
      await response.pipe((bytes) => {
        const piece = bytes.subarray(skip, skip + until - at);
        skip = Math.max(0, skip - bytes.length);
        at += piece.length;
        return batch.add(piece);
      });
    } finally {
      // What came before a response broke off need not come again.
      await batch.flush();
    }
    if (last !== undefined && at < last)
      throw new S3Error("NetworkError", `${key}: ${last - at} bytes are missing in S3's response`);
  });
  return {
    headers: first ?? {},
    crc32: crc,
    bytes: at - start,
    isLengthKnown: last !== undefined,
  };
}

/** The first byte of a range that came; undefined when the server does not say. */
function firstByte(headers: Readonly<Record<string, string>>): number | undefined {
  const [, first] = /^bytes (\d+)-/.exec(headers["content-range"] ?? "") ?? [];
  return first === undefined ? undefined : Number(first);
}

import { crc32 } from "node:zlib";
import type { ExactVersion } from "../object-store.ts";
import { BatchedWrite, type Write } from "./batched-write.ts";
import type { BucketClient } from "./bucket-client.ts";
import { contentFacts, etagOf, lengthOf } from "./object-headers.ts";
import { isTransient } from "./retry.ts";
import { S3Error } from "./s3-error.ts";
import type { S3Response } from "./s3-response.ts";

/** Bytes of an object to be read. */
export interface RangeRequest {
  key: string;
  /** The first byte. */
  start: number;
  /** The byte after the last; undefined: the whole object in one plain GET. */
  end: number | undefined;
  /** Bytes of the whole object, as S3 has said before; undefined: the response has to say it. */
  size: number | undefined;
  /** Only of this version; undefined: of any. */
  ifMatch: string | undefined;
  /** undefined: the newest. */
  versionId: string | undefined;
  /** Whether an object with such metadata is wanted; undefined: any. */
  accepts: ExactVersion["accepts"];
  limit: "small" | "large";
}

/** Result of a range request. */
export interface RangeResult {
  /** Of the first response. */
  headers: Readonly<Record<string, string>>;
  crc32: number;
  bytes: number;
}

/**
 * Reads a range of an object. When a response breaks off, the next attempt goes on after the last byte
 * that came, of the same version.
 *
 * @param write writes bytes at their position in the object
 * @throws S3Error `PreconditionFailed` when the object is another one by now, also where the server does not compare;
 *   `WrongLength` when more or less is sent than there should be; `MalformedResponse`
 */
export async function getRange(
  client: BucketClient,
  request: RangeRequest,
  write: Write,
): Promise<RangeResult> {
  const { key, start, end, size, limit, versionId, accepts } = request;
  let ifMatch = request.ifMatch;
  let first: Readonly<Record<string, string>> | undefined;
  /** The byte after the last that is wanted; undefined until the object's end is known. */
  let last = end;
  let at = start;
  let crc = 0;
  const isPlain = () => at === start && end === undefined;
  const nextRequest = () => ({
    method: "GET" as const,
    key,
    ...(versionId !== undefined && { query: { versionId } }),
    headers: {
      "x-amz-checksum-mode": "ENABLED",
      "if-match": ifMatch && `"${ifMatch}"`,
      range: isPlain() ? undefined : `bytes=${at}-${(last ?? 0) - 1}`,
    },
    limit,
  });
  const put: Write = (bytes, position) => {
    crc = crc32(bytes, crc);
    return write(bytes, position);
  };
  await client.send(nextRequest, async (response) => {
    const { headers } = response;
    const etag = etagOf(headers);
    if (ifMatch !== undefined && etag !== ifMatch) throw anotherOne(key);
    checkAccepted(key, headers, accepts);
    const isPart = response.status === 206;
    const range = isPart ? contentRange(headers) : undefined;
    if (range && range.first !== at)
      throw new S3Error("MalformedResponse", `${key}: S3 sent another range than ${at}-`);
    const length = lengthOf(headers);
    const whole = size ?? range?.whole ?? (isPlain() ? length : undefined);
    const until = (last ??= whole);
    if (until === undefined)
      throw new S3Error("MalformedResponse", `${key}: S3 does not say how long it is`);
    const expected = isPart ? until - at : (whole ?? until);
    const isOther = isPart ? (length ?? 0) > expected : (length ?? expected) !== expected;
    if (isOther || (range?.whole ?? whole) !== whole) throw wrongLength(key);
    first ??= headers;
    ifMatch ??= etag;
    // A server that knows no ranges begins at the first byte.
    let skip = isPart ? 0 : at;
    const batch = new BatchedWrite(put, at, until);
    try {
      await pipeAtMost(response, expected, key, (bytes) => {
        const piece = bytes.subarray(skip, skip + until - at);
        skip = Math.max(0, skip - bytes.length);
        at += piece.length;
        return batch.add(piece);
      });
    } catch (error) {
      // Of a response in chunks all may have come but its end.
      if (at < until || !isTransient(error)) throw error;
    } finally {
      // Bytes from before a response broke off need not come again.
      await batch.flush();
    }
    if (at < until)
      throw new S3Error("NetworkError", `${key}: ${until - at} bytes are missing in S3's response`);
  });
  return { headers: first ?? {}, crc32: crc, bytes: at - start };
}

/** A body without a declared length may have no end. */
async function pipeAtMost(
  response: S3Response,
  most: number,
  key: string,
  sink: (bytes: Buffer) => void | Promise<void>,
): Promise<void> {
  if (lengthOf(response.headers) !== undefined && !("transfer-encoding" in response.headers))
    return response.pipe(sink);
  let came = 0;
  return response.pipe((bytes) => {
    came += bytes.length;
    if (came > most) throw wrongLength(key);
    return sink(bytes);
  });
}

/**
 * Compares the metadata in an answer about an object with what is wanted.
 *
 * @throws S3Error `PreconditionFailed`, as for an object with another ETag
 */
export function checkAccepted(
  key: string,
  headers: Readonly<Record<string, string>>,
  accepts: ExactVersion["accepts"],
): void {
  if (accepts && !accepts(contentFacts(headers).metadata)) throw anotherOne(key);
}

function anotherOne(key: string): S3Error {
  return new S3Error("PreconditionFailed", `${key}: the object is another one`, { status: 412 });
}

function wrongLength(key: string): S3Error {
  return new S3Error("WrongLength", `${key}: S3 sends another number of bytes than the object has`);
}

/** Where a range that came begins, and how long the object is; undefined when the server does not say. */
function contentRange(
  headers: Readonly<Record<string, string>>,
): { first: number; whole: number | undefined } | undefined {
  const [, first, whole] =
    /^bytes (\d{1,16})-\d+\/(\d{1,16}|\*)$/.exec(headers["content-range"] ?? "") ?? [];
  if (first === undefined) return undefined;
  return { first: Number(first), whole: whole === "*" ? undefined : Number(whole) };
}

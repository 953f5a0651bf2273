import { crc32 } from "node:zlib";
import type { BucketClient } from "./bucket-client.ts";
import { unquoted } from "./object-headers.ts";
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
  /** Of the first answer. */
  headers: Readonly<Record<string, string>>;
  crc32: number;
  bytes: number;
}

/** Bytes that are written at once: each write costs 0.1 ms of CPU, however short it is. */
const BATCH = 256 * 1024;

/**
 * Reads a range of an object. When an answer breaks off, the next attempt goes on after the last byte
 * that came, of the same version.
 *
 * @param write takes pieces that follow each other, at the position of the first in the object
 * @throws S3Error `PreconditionFailed` when the object is another one by now
 */
export async function getRange(
  client: BucketClient,
  request: RangeRequest,
  write: (pieces: Buffer[], position: number) => Promise<void>,
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
      range: at > start || end !== undefined ? `bytes=${at}-${(last ?? 0) - 1}` : undefined,
    },
    limit,
  });
  await client.send(nextRequest, async (answer) => {
    const { headers } = answer;
    first ??= headers;
    ifMatch ??= unquoted(headers.etag);
    last ??= Number(headers["content-length"] ?? 0);
    // A server that knows no ranges begins at the first byte.
    let skip = answer.status === 206 ? 0 : at;
    let batch: Buffer[] = [];
    let held = 0;
    const flush = async () => {
      const [pieces, length] = [batch, held];
      batch = [];
      held = 0;
      if (length === 0) return;
      await write(pieces, at);
      for (const piece of pieces) crc = crc32(piece, crc);
      at += length;
    };
    try {
      for await (const chunk of answer.chunks()) {
        const piece = chunk.subarray(skip, skip + last - at - held);
        skip = Math.max(0, skip - chunk.length);
        if (piece.length === 0) continue;
        batch.push(piece);
        held += piece.length;
        if (held >= BATCH) await flush();
      }
    } finally {
      // What came before an answer broke off need not come again.
      await flush();
    }
    if (at < last)
      throw new S3Error("NetworkError", `${key}: ${last - at} bytes are missing in S3's answer`);
  });
  return { headers: first ?? {}, crc32: crc, bytes: at - start };
}

import { crc32 } from "node:zlib";
import { hasMetadata, type MetadataItem } from "../has-metadata.ts";
import { BatchedWrite, type Write } from "./batched-write.ts";
import { etagOf, lengthOf, metadataIn } from "./object-headers.ts";
import { isTransient } from "./retry.ts";
import { S3Error } from "./s3-error.ts";
import type { S3Response } from "./s3-response.ts";

/** Bytes of an object to be read. */
export interface ObjectRange {
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
  /** Metadata that the object has to have; undefined: it may have any. */
  holds: MetadataItem | undefined;
}

/** How far a range has come: plain data, which threads can pass on. */
export interface RangeState extends ObjectRange {
  /** The next byte that is wanted: those before it are written. */
  at: number;
  /** Of the bytes before it. */
  crc: number;
  /** The byte after the last that is wanted; undefined until the object's end is known. */
  last: number | undefined;
  /** Of the first response. */
  headers: Readonly<Record<string, string>> | undefined;
}

/** Whether the whole object is asked for, by a plain GET. */
export function isPlain({ at, start, end }: RangeState): boolean {
  return at === start && end === undefined;
}

/**
 * Reads a response for what is left of a range, which it moves on. No write is under way when it ends.
 *
 * @param write writes bytes at their position in the object; its failure counts before all others
 * @throws S3Error `PreconditionFailed` when the object is another one by now, also where the server does not compare;
 *   `WrongLength` when more or less is sent than there should be; `MalformedResponse`; and when the response breaks off
 */
export async function readRange(
  response: S3Response,
  range: RangeState,
  write: Write,
): Promise<void> {
  const { key, size, holds } = range;
  const put: Write = (bytes, position) => {
    const at = position + bytes.length;
    const crc = crc32(bytes, range.crc);
    const note = () => {
      range.at = at;
      range.crc = crc;
    };
    const wait = write(bytes, position);
    return wait ? wait.then(note) : note();
  };
  const { headers } = response;
  const etag = etagOf(headers);
  if (range.ifMatch !== undefined && etag !== range.ifMatch) throw anotherOne(key);
  checkHeld(key, headers, holds);
  const isPart = response.status === 206;
  const told = isPart ? contentRange(headers) : undefined;
  // One that does not say where it begins cannot be put anywhere. Source: RFC 9110, "206 Partial Content".
  if (isPart && told?.first !== range.at)
    throw new S3Error("MalformedResponse", `${key}: S3 sent another range than ${range.at}-`);
  const length = lengthOf(headers);
  const whole = size ?? told?.whole ?? (isPlain(range) ? length : undefined);
  const until = (range.last ??= whole);
  if (until === undefined)
    throw new S3Error("MalformedResponse", `${key}: S3 does not say how long it is`);
  const expected = isPart ? until - range.at : (whole ?? until);
  const isOther = isPart ? (length ?? 0) > expected : (length ?? expected) !== expected;
  if (isOther || (told?.whole ?? whole) !== whole) throw wrongLength(key);
  range.headers ??= headers;
  range.ifMatch ??= etag;
  // A server that knows no ranges begins at the first byte.
  let skip = isPart ? 0 : range.at;
  let came = range.at;
  const batch = new BatchedWrite(put, came, until);
  try {
    const piping = pipeAtMost(response, expected, key, (bytes) => {
      const isAll = skip === 0 && bytes.length <= until - came;
      const piece = isAll ? bytes : bytes.subarray(skip, skip + until - came);
      skip = Math.max(0, skip - bytes.length);
      came += piece.length;
      return batch.add(piece);
    });
    if (piping) await piping;
  } catch (error) {
    // Of a response in chunks all may have come but its end.
    if (came < until || !isTransient(error)) throw error;
  } finally {
    // Bytes from before a response broke off need not come again.
    const ending = batch.end();
    if (ending) await ending;
  }
  if (range.at < until)
    throw new S3Error(
      "NetworkError",
      `${key}: ${until - range.at} bytes are missing in S3's response`,
    );
}

/** A body without a declared length may have no end. */
function pipeAtMost(
  response: S3Response,
  most: number,
  key: string,
  sink: (bytes: Buffer) => void | Promise<void>,
): void | Promise<void> {
  if (lengthOf(response.headers) !== undefined && !("transfer-encoding" in response.headers))
    return response.give(sink);
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
export function checkHeld(
  key: string,
  headers: Readonly<Record<string, string>>,
  holds: MetadataItem | undefined,
): void {
  if (holds && !hasMetadata(metadataIn(headers), holds)) throw anotherOne(key);
}

function anotherOne(key: string): S3Error {
  return new S3Error("PreconditionFailed", `${key}: the object is another one`, { status: 412 });
}

/** S3 sends, or says, another number of bytes than it has said before. */
export function wrongLength(key: string): S3Error {
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

import { type Checksum, crc32Checksum, fileChecksum } from "../checksum.ts";
import { fileEtag } from "../etag.ts";
import type { FetchedFile } from "../object-store.ts";
import { partSize } from "../part-size.ts";
import { unquoted } from "../unquoted.ts";
import type { RangeResult } from "./get-range.ts";
import { contentFacts, isEtagMd5, wholeChecksum } from "./object-headers.ts";

type Headers = RangeResult["headers"];

/** Whether a file can be compared with its object, of which these are the headers. */
export function isComparable(headers: Headers, size: number): boolean {
  return (wholeChecksum(headers) ?? md5In(headers, size)) !== undefined;
}

/**
 * Compares a file, which is as long as its object, with that: by the CRC32 of the whole, else by an ETag that is an MD5, else by
 * another checksum, for which the file is read once more, else by an MD5 of parts of the size that this project uses. Any other
 * ETag says only which version it is.
 *
 * @param isResumed bytes from before may be lost although they had come
 * @returns undefined when they differ
 */
export function verified(
  path: string,
  got: RangeResult,
  isResumed = false,
): FetchedFile | undefined | Promise<FetchedFile | undefined> {
  const checksum = crc32Checksum(got.crc32);
  const expected = wholeChecksum(got.headers);
  if (!expected?.startsWith("crc32:")) return verifiedOtherwise(path, got, expected, isResumed);
  return expected === checksum ? found(got, "crc32") : undefined;
}

/** @param expected the object's checksum, if it has one */
async function verifiedOtherwise(
  path: string,
  got: RangeResult,
  expected: Checksum | undefined,
  isResumed: boolean,
): Promise<FetchedFile | undefined> {
  const { headers, bytes: size } = got;
  const md5 = md5In(headers, size);
  if (expected && md5 !== "whole") {
    const same = (await fileChecksum(path, expected)) === expected;
    return same ? found(got, "checksum") : undefined;
  }
  if (md5 && (await fileEtag(path, size, md5)) === unquoted(headers.etag)) return found(got, "md5");
  // Parts of another size give another ETag, which proves nothing of bytes that have just come.
  return md5 === "whole" || (md5 && isResumed) ? undefined : found(got, "size");
}

function found({ headers, crc32, bytes }: RangeResult, how: FetchedFile["verified"]): FetchedFile {
  const { etag, versionId, metadata } = contentFacts(headers);
  return { size: bytes, etag, versionId, metadata, checksum: crc32Checksum(crc32), verified: how };
}

/** How the ETag is to be computed from a file; undefined: it cannot be. */
function md5In(headers: Headers, size: number): "whole" | "as uploaded here" | undefined {
  const [md5, parts] = /^[0-9a-f]{32}(?:-(\d+))?$/.exec(unquoted(headers.etag)) ?? [];
  if (md5 === undefined || !isEtagMd5(headers)) return undefined;
  if (parts === undefined) return "whole";
  const part = partSize(size);
  return part && Math.ceil(size / part) === Number(parts) ? "as uploaded here" : undefined;
}

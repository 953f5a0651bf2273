import { type Checksum, firstChecksum } from "../checksum.ts";
import type { ObjectFacts, ObjectOptions, PutOptions } from "../object-store.ts";
import { unquoted } from "../unquoted.ts";
import { notFromS3 } from "./not-from-s3.ts";

const METADATA = "x-amz-meta-";
const CHECKSUMS = {
  crc32: "x-amz-checksum-crc32",
  sha256: "x-amz-checksum-sha256",
  sha1: "x-amz-checksum-sha1",
  crc64nvme: "x-amz-checksum-crc64nvme",
} as const;

/** The headers that carry what is to be kept with an object. */
export function putHeaders(options: ObjectOptions): Record<string, string | undefined> {
  const headers: Record<string, string | undefined> = {
    "content-type": options.contentType ?? "application/octet-stream",
  };
  for (const name in options.metadata)
    headers[METADATA + name.toLowerCase()] = options.metadata[name];
  return headers;
}

/**
 * The ETag that each of S3's answers about an object has. Without one it is something else that has answered, such as
 * the page to sign in of a network.
 *
 * @throws S3Error `NotFromS3`
 */
export function etagOf(headers: Readonly<Record<string, string>>): string {
  const etag = unquoted(headers.etag);
  if (etag === "") throw notFromS3({ status: 200, headers }, "an answer without an ETag");
  return etag;
}

/** The bytes that a response has, or an object to HEAD; undefined when it does not say. */
export function lengthOf(headers: Readonly<Record<string, string>>): number | undefined {
  const length = headers["content-length"];
  return length !== undefined && /^\d{1,16}$/.test(length) ? Number(length) : undefined;
}

/**
 * Object facts from the headers of a response to GET or HEAD.
 *
 * @throws S3Error `NotFromS3` without an ETag
 */
export function objectFacts(headers: Readonly<Record<string, string>>): ObjectFacts {
  return {
    ...contentFacts(headers),
    etag: etagOf(headers),
    lastModified: timeOf(headers["last-modified"]),
    answered: timeOf(headers.date),
  };
}

function timeOf(header: string | undefined): Date | undefined {
  const time = new Date(header ?? "");
  return Number.isNaN(time.getTime()) ? undefined : time;
}

/** The same without the times, which are seldom wanted and take long to read. */
export function contentFacts(
  headers: Readonly<Record<string, string>>,
): Omit<ObjectFacts, "lastModified" | "answered"> {
  const range = headers["content-range"];
  const whole = range === undefined ? undefined : /\/(\d+)$/.exec(range)?.[1];
  return {
    size: Number(whole ?? headers["content-length"] ?? 0),
    etag: unquoted(headers.etag),
    versionId: headers["x-amz-version-id"],
    metadata: metadataIn(headers),
  };
}

/** Pairs that were kept with an object. */
export function metadataIn(headers: Readonly<Record<string, string>>): Record<string, string> {
  const metadata: Record<string, string> = {};
  for (const name in headers)
    if (name.startsWith(METADATA)) metadata[name.slice(METADATA.length)] = headers[name] as string;
  return metadata;
}

/** Tells what S3 says of an object that was written; the version `null` is one that is not kept. */
export function tellWritten(
  headers: Readonly<Record<string, string>>,
  { onVersion, onOpaqueEtag }: Pick<PutOptions, "onVersion" | "onOpaqueEtag">,
): void {
  if (!isEtagMd5(headers)) onOpaqueEtag?.();
  const id = headers["x-amz-version-id"];
  if (id !== undefined && id !== "null") onVersion?.(id);
}

/** The checksum of the whole object; undefined when S3 keeps none, or one of parts' checksums. */
export function wholeChecksum(headers: Readonly<Record<string, string>>): Checksum | undefined {
  if (headers["x-amz-checksum-type"] === "COMPOSITE") return undefined;
  return firstChecksum((algorithm) => {
    const text = headers[CHECKSUMS[algorithm]];
    return text?.includes("-") ? undefined : text;
  });
}

/** Whether an ETag of 32 digits is the MD5: with keys of KMS or the client's own it is not. */
export function isEtagMd5(headers: Readonly<Record<string, string>>): boolean {
  const encryption = headers["x-amz-server-side-encryption"] ?? "AES256";
  return encryption === "AES256" && !("x-amz-server-side-encryption-customer-algorithm" in headers);
}

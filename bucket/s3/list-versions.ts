import { decodedKey } from "../listing/decoded-key.ts";
import { UnsoundListing } from "../listing/unsound-listing.ts";
import { type VersionMark, type VersionPage, versionPages } from "../listing/version-pages.ts";
import type { ObjectVersion } from "../object-store.ts";
import { unquoted } from "../unquoted.ts";
import type { BucketClient } from "./bucket-client.ts";
import type { Answered } from "./not-from-s3.ts";
import { S3Error } from "./s3-error.ts";
import { children, childText, parseResponse, unescapeText } from "./xml.ts";

/** A page of 1,000 keys of 1,024 bytes, each written as `%XX`, and of version ids as long. */
const PAGE_BYTES_MAX = 12 << 20;

/** Lists versions and delete markers: one request for each page. */
export function listVersions(
  client: BucketClient,
  prefix: string,
): AsyncGenerator<readonly ObjectVersion[]> {
  return versionPages(prefix, (from) => {
    const query = {
      versions: "",
      prefix,
      "encoding-type": "url",
      ...(from && { "key-marker": from.key }),
      ...(from?.versionId !== undefined && { "version-id-marker": from.versionId }),
    };
    return client.send({ method: "GET", query, limit: "small" }, async (response) =>
      parseVersionPage(await response.text(PAGE_BYTES_MAX), response),
    );
  });
}

/**
 * Reads a page of a listing of versions.
 *
 * @param answered as for `parseResponse`
 * @throws S3Error `NotFromS3`, `MalformedResponse`
 * @throws UnsoundListing
 */
export function parseVersionPage(text: string, answered?: Answered): VersionPage {
  const page = parseResponse(text, "ListVersionsResult", answered);
  const isEncoded = childText(page, "EncodingType") === "url";
  const decode = (key: string) => (isEncoded ? decoded(key) : key);
  const entry = (element: unknown, isMarker: boolean): ObjectVersion => ({
    key: decode(unescapeText(childText(element, "Key") ?? "")),
    versionId: unescapeText(childText(element, "VersionId") ?? ""),
    isLatest: childText(element, "IsLatest")?.trim() === "true",
    isMarker,
    size: isMarker ? 0 : sizeOf(childText(element, "Size")),
    etag: unquoted(unescapeText(childText(element, "ETag") ?? "")),
    lastModified: dateOf(childText(element, "LastModified")),
  });
  return {
    versions: [
      ...children(page, "Version").map((element) => entry(element, false)),
      ...children(page, "DeleteMarker").map((element) => entry(element, true)),
    ],
    next: nextOf(page, decode),
  };
}

function nextOf(page: unknown, decode: (key: string) => string): VersionMark | undefined {
  if (childText(page, "IsTruncated")?.trim() !== "true") return undefined;
  const key = childText(page, "NextKeyMarker");
  if (!key) throw new UnsoundListing("is cut off, and does not say where it goes on");
  const versionId = childText(page, "NextVersionIdMarker");
  return {
    key: decode(unescapeText(key)),
    versionId: versionId ? unescapeText(versionId) : undefined,
  };
}

function sizeOf(text: string | undefined): number {
  if (text !== undefined && /^\d{1,16}$/.test(text)) return Number(text);
  throw new UnsoundListing("does not say how long an object is");
}

function dateOf(text: string | undefined): Date | undefined {
  const date = new Date(text ?? "");
  return Number.isNaN(date.getTime()) ? undefined : date;
}

function decoded(key: string): string {
  try {
    return decodedKey(key);
  } catch (cause) {
    const why = "S3's listing has a key that is not encoded as it says";
    throw new S3Error("MalformedResponse", why, { cause });
  }
}

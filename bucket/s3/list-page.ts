import { decodedKey } from "../listing/decoded-key.ts";
import { ENTRIES_MAX, type ListPage, nextToken } from "../listing/listing-page.ts";
import { UnsoundListing } from "../listing/unsound-listing.ts";
import { unquoted } from "../unquoted.ts";
import type { Answered } from "./not-from-s3.ts";
import { S3Error } from "./s3-error.ts";
import { children, childText, parseResponse, unescapeText } from "./xml.ts";

/**
 * Reads a page of a listing. What S3 writes is plain: elements without attributes, and no comments. Then
 * the few texts that matter are looked for, which takes a tenth of the time that a parser of XML needs
 * for all of it; anything else is left to the parser.
 *
 * @param answered as for `parseResponse`
 * @throws S3Error `NotFromS3`, `MalformedResponse`
 * @throws UnsoundListing
 */
export function parseListPage(text: string, answered?: Answered): ListPage {
  return isPlain(text) ? scan(text) : parse(text, answered);
}

const BEGINNING = /^\s*(?:<\?xml[^>]*>\s*)?<ListBucketResult[\s>]/;

/** Declarations, comments, CDATA, attributes and empty elements look otherwise than what is looked for. */
function isPlain(text: string): boolean {
  return (
    BEGINNING.test(text) &&
    text.trimEnd().endsWith("</ListBucketResult>") &&
    !text.includes("<!") &&
    !/<(?:Contents|CommonPrefixes|Key|Size|ETag|LastModified|Prefix)[\s/]/.test(text)
  );
}

function scan(text: string): ListPage {
  const { found: contents, outside: rest } = take(text, "Contents");
  const { found: folded, outside } = take(rest, "CommonPrefixes");
  const decode = decoderOf(between(outside, "EncodingType"));
  return {
    objects: contents.map((entry) => ({
      key: decode(between(entry, "Key") ?? ""),
      size: sizeOf(between(entry, "Size")),
      etag: unquoted(between(entry, "ETag")),
      lastModified: dateOf(between(entry, "LastModified")),
    })),
    commonPrefixes: folded.map((entry) => ({
      commonPrefix: decode(between(entry, "Prefix") ?? ""),
    })),
    next: nextOf((name) => between(outside, name)),
  };
}

/** Takes the elements of that name out of a text. */
function take(text: string, name: string): { found: string[]; outside: string } {
  const [open, close] = [`<${name}>`, `</${name}>`];
  const found: string[] = [];
  let outside = "";
  for (let at = 0; ; ) {
    const from = text.indexOf(open, at);
    outside += text.slice(at, from < 0 ? text.length : from);
    if (from < 0) return { found, outside };
    if (found.length >= ENTRIES_MAX)
      throw new UnsoundListing(`has more than ${ENTRIES_MAX} entries on a page`);
    at = text.indexOf(close, from);
    if (at < 0) throw new S3Error("MalformedResponse", "S3's response is cut off");
    found.push(text.slice(from, at));
    at += close.length;
  }
}

/** The text of the first element of that name. */
function between(text: string, name: string): string | undefined {
  const open = `<${name}>`;
  const from = text.indexOf(open);
  const to = from < 0 ? -1 : text.indexOf("<", from + open.length);
  if (to < 0) return undefined;
  return unescapeText(text.slice(from + open.length, to));
}

function parse(text: string, answered: Answered | undefined): ListPage {
  const page = parseResponse(text, "ListBucketResult", answered);
  const decode = decoderOf(childText(page, "EncodingType"));
  return {
    objects: children(page, "Contents").map((object) => ({
      key: decode(childText(object, "Key") ?? ""),
      size: sizeOf(childText(object, "Size")),
      etag: unquoted(childText(object, "ETag")),
      lastModified: dateOf(childText(object, "LastModified")),
    })),
    commonPrefixes: children(page, "CommonPrefixes").map((folded) => ({
      commonPrefix: decode(childText(folded, "Prefix") ?? ""),
    })),
    next: nextOf((name) => childText(page, name)),
  };
}

/** As `nextToken`, of a page's own texts. */
function nextOf(textOf: (name: string) => string | undefined): string | undefined {
  const truncated = textOf("IsTruncated")?.trim().toLowerCase();
  const isTruncated = truncated === undefined ? undefined : truncated !== "false";
  return nextToken(isTruncated, textOf("NextContinuationToken"));
}

/** NaN when it is no number of bytes. */
function sizeOf(text: string | undefined): number {
  return text !== undefined && /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
}

function dateOf(text: string | undefined): Date | undefined {
  const date = new Date(text ?? "");
  return Number.isNaN(date.getTime()) ? undefined : date;
}

/** A server that does not know the parameter does not say that it followed it. */
function decoderOf(encoding: string | undefined): (key: string) => string {
  return encoding === "url" ? decodeKey : (key) => key;
}

/**
 * Undoes S3's url encoding of keys in listings, in which a space is `+`.
 *
 * @throws S3Error `MalformedResponse`
 */
function decodeKey(key: string): string {
  try {
    return decodedKey(key);
  } catch (cause) {
    throw new S3Error(
      "MalformedResponse",
      "S3's listing has a key that is not encoded as it says",
      {
        cause,
      },
    );
  }
}

import type { CommonPrefix, ObjectEntry } from "../object-store.ts";
import { unquoted } from "../unquoted.ts";
import { S3Error } from "./s3-error.ts";
import { children, childText, parseResponse, unescapeText } from "./xml.ts";

/** One page of a listing. */
export interface ListPage {
  objects: ObjectEntry[];
  commonPrefixes: CommonPrefix[];
  /** What to ask for the next page with; undefined: this is the last. */
  next: string | undefined;
}

/**
 * Reads a page of a listing. What S3 writes is plain: elements without attributes, and no comments. Then
 * the few texts that matter are looked for, which takes a tenth of the time that a parser of XML needs
 * for all of it; anything else is left to the parser.
 *
 * @throws S3Error `MalformedResponse`
 */
export function parseListPage(text: string): ListPage {
  return isPlain(text) ? scan(text) : parse(text);
}

/** Declarations, comments, CDATA, attributes and empty elements look otherwise than what is looked for. */
function isPlain(text: string): boolean {
  return (
    text.includes("</ListBucketResult>") &&
    !text.includes("<!") &&
    !/<(?:Contents|CommonPrefixes|Key|Size|ETag|LastModified|Prefix)[\s/]/.test(text)
  );
}

function scan(text: string): ListPage {
  const objects: ObjectEntry[] = [];
  const commonPrefixes: CommonPrefix[] = [];
  let outside = "";
  let at = 0;
  for (;;) {
    const contents = text.indexOf("<Contents>", at);
    const end = contents < 0 ? text.length : contents;
    outside += text.slice(at, end);
    if (contents < 0) break;
    at = text.indexOf("</Contents>", contents);
    if (at < 0) throw new S3Error("MalformedResponse", "S3's response is cut off");
    const entry = text.slice(contents, at);
    objects.push({
      key: between(entry, "Key") ?? "",
      size: Number(between(entry, "Size") ?? 0),
      etag: unquoted(between(entry, "ETag")),
      lastModified: dateOf(between(entry, "LastModified")),
    });
  }
  const decode = decoderOf(between(outside, "EncodingType"));
  for (const object of objects) object.key = decode(object.key);
  for (const [, folded = ""] of outside.matchAll(/<CommonPrefixes>(.*?)<\/CommonPrefixes>/gs))
    commonPrefixes.push({ commonPrefix: decode(between(folded, "Prefix") ?? "") });
  const next = nextToken((name) => between(outside, name));
  return { objects, commonPrefixes, next };
}

/** The text of the first element of that name. */
function between(text: string, name: string): string | undefined {
  const open = `<${name}>`;
  const from = text.indexOf(open);
  const to = from < 0 ? -1 : text.indexOf("<", from + open.length);
  if (to < 0) return undefined;
  return unescapeText(text.slice(from + open.length, to));
}

function parse(text: string): ListPage {
  const page = parseResponse(text, "ListBucketResult");
  const decode = decoderOf(childText(page, "EncodingType"));
  return {
    objects: children(page, "Contents").map((object) => ({
      key: decode(childText(object, "Key") ?? ""),
      size: Number(childText(object, "Size") ?? 0),
      etag: unquoted(childText(object, "ETag")),
      lastModified: dateOf(childText(object, "LastModified")),
    })),
    commonPrefixes: children(page, "CommonPrefixes").map((folded) => ({
      commonPrefix: decode(childText(folded, "Prefix") ?? ""),
    })),
    next: nextToken((name) => childText(page, name)),
  };
}

/** @throws S3Error `MalformedResponse` when there is more, and no way to ask for it */
function nextToken(textOf: (name: string) => string | undefined): string | undefined {
  if (textOf("IsTruncated") !== "true") return undefined;
  const token = textOf("NextContinuationToken");
  if (token) return token;
  throw new S3Error("MalformedResponse", "S3's listing is cut off, and has no continuation token");
}

function dateOf(text: string | undefined): Date | undefined {
  const date = new Date(text ?? "");
  return Number.isNaN(date.getTime()) ? undefined : date;
}

/** A server that does not know the parameter does not say that it followed it. */
function decoderOf(encoding: string | undefined): (key: string) => string {
  return encoding === "url" ? decodeKey : (key) => key;
}

/** Undoes S3's url encoding of keys in listings, in which a space is `+`. */
function decodeKey(key: string): string {
  return /[%+]/.test(key) ? decodeURIComponent(key.replaceAll("+", " ")) : key;
}

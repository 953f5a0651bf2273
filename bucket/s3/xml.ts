import { parseXML } from "@aws-sdk/xml-builder";
import { type Answered, notFromS3 } from "./not-from-s3.ts";
import { S3Error } from "./s3-error.ts";

/**
 * Reads a response in XML with the SDK's own small parser. It knows the five entities of XML and numbers; a
 * DOCTYPE is skipped, so that nothing is ever expanded.
 *
 * @param answered what the text came with: an error names it
 * @throws S3Error `NotFromS3` for a page, or what is no XML from its first character on
 * @throws S3Error `MalformedResponse`, which is worth another try: the response may have been cut
 */
export function parseResponse(
  text: string,
  root: string,
  answered: Answered = { status: 200, headers: {} },
): unknown {
  if (/^\s*(?:<(?:!doctype\s+html|html)|[^<\s])/i.test(text)) throw notFromS3(answered, text);
  // For each of them the parser goes over the whole text.
  if (text.split(/<!doctype/i, 3).length > 2)
    throw new S3Error("MalformedResponse", "S3's response has more than one DOCTYPE");
  let parsed: unknown;
  try {
    parsed = (parseXML(text) as Record<string, unknown>)[root];
  } catch (cause) {
    const why = "S3's response is no XML, or it is cut off";
    throw new S3Error("MalformedResponse", why, { cause });
  }
  if (parsed === undefined) throw new S3Error("MalformedResponse", `S3's response is no ${root}`);
  return parsed;
}

/** The text of an element's child; undefined when there is none. */
export function childText(element: unknown, name: string): string | undefined {
  const child = childOf(element, name);
  return typeof child === "string" ? child : undefined;
}

/** The children of that name, in order. */
export function children(element: unknown, name: string): unknown[] {
  const child = childOf(element, name);
  if (child === undefined) return [];
  return Array.isArray(child) ? child : [child];
}

function childOf(element: unknown, name: string): unknown {
  if (typeof element !== "object" || element === null || !Object.hasOwn(element, name))
    return undefined;
  return (element as Record<string, unknown>)[name];
}

/** Text as it may stand in an element. */
export function escapeText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
};

/** The text that stands in an element. */
export function unescapeText(text: string): string {
  if (!text.includes("&")) return text;
  return text.replaceAll(/&(?:#(\d+)|#x([\da-f]+)|(\w+));/gi, (whole, decimal, hex, name) => {
    if (name !== undefined) return ENTITIES[name as string] ?? whole;
    const point = Number.parseInt(decimal ?? hex, decimal === undefined ? 16 : 10);
    return point <= 0x10ffff ? String.fromCodePoint(point) : whole;
  });
}

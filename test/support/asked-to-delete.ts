import type { IncomingHttpHeaders } from "node:http";
import { unescapeText } from "../../bucket/s3/xml.ts";
import { crcOf } from "./s3-headers.ts";

/** Keys of one request. Source: Amazon S3 API Reference, DeleteObjects. */
const KEYS_MAX = 1000;

/** The keys that a DeleteObjects request is about, and S3's words for those that a policy keeps. */
export function askedToDelete(
  { headers, body }: { headers: IncomingHttpHeaders; body: Buffer },
  undeletable: ReadonlySet<string>,
): { removed: string[]; refused: string[]; problem?: string } {
  const none = { removed: [], refused: [] };
  const sent = headers["x-amz-checksum-crc32"];
  if (sent === undefined && headers["content-md5"] === undefined)
    return { ...none, problem: "InvalidRequest" };
  if (sent !== undefined && sent !== crcOf(body)) return { ...none, problem: "BadDigest" };
  const texts = [...body.toString("utf8").matchAll(/<Key>([^<]*)<\/Key>/g)].map(
    ([, text = ""]) => text,
  );
  if (texts.length === 0 || texts.length > KEYS_MAX) return { ...none, problem: "MalformedXML" };
  const isKept = (text: string) => undeletable.has(unescapeText(text));
  return {
    removed: texts.filter((text) => !isKept(text)).map(unescapeText),
    refused: texts
      .filter(isKept)
      .map(
        (text) =>
          `<Error><Key>${text}</Key><Code>AccessDenied</Code><Message>Access Denied</Message></Error>`,
      ),
  };
}

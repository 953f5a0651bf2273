import type { IncomingHttpHeaders } from "node:http";
import { S3Error } from "../../bucket/s3/s3-error.ts";
import { unescapeText } from "../../bucket/s3/xml.ts";
import { crcOf } from "./s3-headers.ts";

/** Keys of one request. Source: Amazon S3 API Reference, DeleteObjects. */
const KEYS_MAX = 1000;

/**
 * The keys that a DeleteObjects request is about, and S3's words for those that a policy keeps; or the code of the error that
 * S3 answers it with.
 */
export function askedToDelete(
  { headers, body }: { headers: IncomingHttpHeaders; body: Buffer },
  undeletable: ReadonlySet<string>,
): { removed: string[]; refused: string } | string {
  const sent = headers["x-amz-checksum-crc32"];
  if (sent === undefined && headers["content-md5"] === undefined) return "InvalidRequest";
  if (sent !== undefined && sent !== crcOf(body)) return "BadDigest";
  const texts = [...body.toString("utf8").matchAll(/<Key>([^<]*)<\/Key>/g)].map(
    ([, text = ""]) => text,
  );
  if (texts.length === 0 || texts.length > KEYS_MAX) return "MalformedXML";
  const isKept = (text: string) => undeletable.has(unescapeText(text));
  return {
    removed: texts.filter((text) => !isKept(text)).map(unescapeText),
    refused: texts
      .filter(isKept)
      .map(
        (text) =>
          `<Error><Key>${text}</Key><Code>AccessDenied</Code><Message>Access Denied</Message></Error>`,
      )
      .join(""),
  };
}

/** The error of S3 that a test has something end in; undefined: none. */
export async function refusalIn(act: () => Promise<void>): Promise<S3Error | undefined> {
  try {
    await act();
    return undefined;
  } catch (error) {
    if (error instanceof S3Error) return error;
    throw error;
  }
}

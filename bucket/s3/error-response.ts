import { parseXML } from "@aws-sdk/xml-builder";
import { S3Error } from "./s3-error.ts";
import { childText } from "./xml.ts";

/** Names for responses without a body, as to HEAD. */
const NAMES: Readonly<Record<number, string>> = {
  301: "PermanentRedirect",
  304: "NotModified",
  400: "BadRequest",
  403: "AccessDenied",
  404: "NotFound",
  412: "PreconditionFailed",
  416: "InvalidRange",
  429: "TooManyRequests",
  503: "ServiceUnavailable",
};

/**
 * The error that a response stands for. Other words than S3's come from something on the way, such as a web filter or a
 * page to sign in: then nothing is known of the object, whatever the status; only that it may pass is taken from it.
 */
export function errorResponse(
  status: number,
  headers: Readonly<Record<string, string>>,
  body: string,
): S3Error {
  const error = errorElement(body);
  const mayPass = status >= 500 || status === 429;
  if (error === undefined && body.trim() !== "" && !mayPass)
    return new S3Error("NotFromS3", `status ${status}, ${titleOf(body)}`);
  const name = childText(error, "Code") ?? NAMES[status] ?? `Http${status}`;
  const message = childText(error, "Message") ?? `S3 answered ${status}`;
  const region = childText(error, "Region");
  return new S3Error(name, message, { status, headers, region });
}

/** The title of a page, or its first words, in one short line. */
function titleOf(page: string): string {
  const title = /<title[^>]{0,200}>([^<]{0,200})/i.exec(page)?.[1] ?? page;
  return JSON.stringify(title.replaceAll(/\s+/g, " ").trim().slice(0, 100));
}

/** The `<Error>` of a body; undefined when it has none. */
export function errorElement(body: string): unknown {
  if (!body.includes("<Error")) return undefined;
  try {
    return (parseXML(body) as { Error?: unknown }).Error;
  } catch {
    // A proxy's error page, most likely.
    return undefined;
  }
}

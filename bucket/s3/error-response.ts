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

/** The error that a response stands for. */
export function errorResponse(
  status: number,
  headers: Readonly<Record<string, string>>,
  body: string,
): S3Error {
  const error = errorElement(body);
  const name = childText(error, "Code") ?? NAMES[status] ?? `Http${status}`;
  const message = childText(error, "Message") ?? `S3 answered ${status}`;
  const region = childText(error, "Region");
  return new S3Error(name, message, { status, headers, region });
}

/** The `<Error>` that a body is; undefined when it is none. */
export function errorElement(body: string): unknown {
  if (!body.includes("<Error")) return undefined;
  try {
    return (parseXML(body) as { Error?: unknown }).Error;
  } catch {
    // A proxy's error page, most likely.
    return undefined;
  }
}

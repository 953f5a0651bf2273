import { parseXML } from "@aws-sdk/xml-builder";
import { type Answered, describe, locationOf, notFromS3 } from "./not-from-s3.ts";
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

/** Of a network that wants its users to sign in. Source: RFC 6585. */
const SIGN_IN = 511;

/**
 * The error that a response stands for. Other words than S3's come from something on the way, such as a web filter or a
 * page to sign in: then nothing is known of the object, whatever the status; only that it may pass is taken from it.
 *
 * @param isForeign whether it says nothing at all that S3 would say
 */
export function errorResponse(answered: Answered, body: string, isForeign: boolean): S3Error {
  const { status, headers } = answered;
  const error = errorElement(body);
  const mayPass = (status >= 500 && status !== SIGN_IN) || status === 429;
  const isOthers = error === undefined && (body.trim() !== "" || isForeign || status === SIGN_IN);
  if (isOthers && !mayPass) return notFromS3(answered, body);
  const name = childText(error, "Code") ?? NAMES[status] ?? `Http${status}`;
  const said = isOthers ? `not S3's own words: ${describe(answered, body)}` : undefined;
  const message = childText(error, "Message") ?? said ?? `S3 answered ${status}`;
  // Whoever is led somewhere, and does not go there, wants to know where.
  const location = status < 400 && !isOthers ? locationOf(headers) : undefined;
  const whole = location === undefined ? message : `${message}, ${location}`;
  const region = childText(error, "Region");
  return new S3Error(name, whole, { status, headers, region });
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

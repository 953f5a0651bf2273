import { type BackOff, backOff } from "../flow/back-off.ts";
import { isCredentialError } from "./credential-error.ts";
import { S3Error } from "./s3-error.ts";

/** Attempts at one request. */
export const ATTEMPTS_MAX = 5;

const DELAY: BackOff = { firstMs: 50, maxMs: 20_000, jitter: 1 };
/** For a throttled request, as S3 asks. */
const DELAY_THROTTLED: BackOff = { ...DELAY, firstMs: 500 };
/** In an outage that is ridden out: what waits goes on soon after the line is back. */
const DELAY_OUTAGE: BackOff = { ...DELAY, maxMs: 3_000 };

/** The longest that a server is let name, in milliseconds: it may be one on the way, and wrong. */
const RETRY_AFTER_MAX_MS = 60_000;

/** Throttling codes, whatever the status. Source: the SDK's list of throttling errors. */
const THROTTLED = new Set([
  "BandwidthLimitExceeded",
  "EC2ThrottledException",
  "KMS.ThrottlingException",
  "LimitExceededException",
  "PriorRequestNotComplete",
  "ProvisionedThroughputExceededException",
  "RequestLimitExceeded",
  "RequestThrottled",
  "RequestThrottledException",
  "SlowDown",
  "Throttling",
  "ThrottledException",
  "ThrottlingException",
  "TooManyRequests",
  "TooManyRequestsException",
  "TransactionInProgressException",
]);

/** The bytes changed on their way. */
const DAMAGED = ["BadDigest", "XAmzContentChecksumMismatch"];

/** Codes, whatever the status, that another attempt may get past. */
const TRANSIENT = new Set([
  "NetworkError",
  "TimeoutError",
  "MalformedResponse",
  "InternalError",
  "InternalServerError",
  "ServiceUnavailable",
  "RequestTimeout",
  "RequestTimeoutException",
  "OperationAborted",
  "IncompleteBody",
  "KMS.DependencyTimeoutException",
  "KMS.KMSInternalException",
  ...DAMAGED,
]);

/** Errors that the user, time, or another transfer puts right, beside those of credentials. */
const RENEWABLE = new Set([
  "GivenUp",
  "NotFromS3",
  "ProxyError",
  "RequestTimeTooSkewed",
  "TlsError",
]);

export function isThrottled(error: unknown): boolean {
  if (!(error instanceof S3Error)) return false;
  return THROTTLED.has(error.name) || [429, 503].includes(error.$metadata.httpStatusCode ?? 0);
}

/** Whether S3 has said itself that it cannot do it now: it throttles, or has a fault of its own. */
export function isBusy(error: unknown): boolean {
  if (!(error instanceof S3Error) || RENEWABLE.has(error.name)) return false;
  // The answer to a completed upload begins with 200 before its end is known.
  if (isThrottled(error) || error.name === "InternalError") return true;
  return [500, 502, 504].includes(error.$metadata.httpStatusCode ?? 0);
}

/** The error for what is not begun any more, since the transfer has failed: see ObjectStore.giveUp. */
export function givenUp(): S3Error {
  return new S3Error("GivenUp", "the transfer has failed");
}

/** Whether S3 cannot be reached, or said nothing, or its answer broke off. */
export function isOutage(error: unknown): error is S3Error {
  if (!(error instanceof S3Error) || error.$metadata.httpStatusCode !== undefined) return false;
  return error.name === "NetworkError" || error.name === "TimeoutError";
}

/** Whether nothing was heard for too long. */
export function isSilence(error: unknown): boolean {
  return isOutage(error) && error.name === "TimeoutError";
}

/** Whether fewer requests at once may do better. */
export function isOverload(error: unknown): boolean {
  // S3's time-out: so many share the line that this one got nothing of it.
  const isStarved = error instanceof S3Error && error.name === "RequestTimeout";
  return isThrottled(error) || isOutage(error) || isStarved;
}

/** Whether the same request may succeed a little later. */
export function isTransient(error: unknown): boolean {
  if (!(error instanceof S3Error)) return false;
  return (
    isThrottled(error) || TRANSIENT.has(error.name) || (error.$metadata.httpStatusCode ?? 0) >= 500
  );
}

/** Whether a transfer that failed may go on later from where it is; with what is damaged it would not end. */
export function isInterruption(error: unknown): boolean {
  const name = error instanceof Error ? error.name : "";
  return (
    RENEWABLE.has(name) ||
    isCredentialError(error) ||
    (isTransient(error) && !DAMAGED.includes(name))
  );
}

/** Whether S3 has understood a request and does not do it: another attempt, or other credentials, change nothing. */
export function isRefusal(error: unknown): boolean {
  if (!(error instanceof S3Error) || isInterruption(error) || isTransient(error)) return false;
  const status = error.$metadata.httpStatusCode ?? 0;
  return status >= 400 && status < 500 && error.name !== "NoSuchBucket";
}

/** Circumstances of a pause. */
export interface Pause {
  /** Whether this is an outage that is waited out. */
  isRidden: boolean;
  /** Milliseconds since 1970. */
  now: number;
  /** 0 to 1 */
  random: number;
}

/**
 * Milliseconds to wait after a failed attempt: after what the server asks for, if it does.
 *
 * @param attempt the one that failed; the first is 1
 */
export function retryDelay(
  error: unknown,
  attempt: number,
  { isRidden, now, random }: Pause,
): number {
  const delay = isThrottled(error) ? DELAY_THROTTLED : isRidden ? DELAY_OUTAGE : DELAY;
  // Added, so that those who were asked together do not come back together.
  return backOff(delay, attempt - 1, random) + retryAfter(error, now);
}

/** Milliseconds that a server asks to wait: in seconds, or until a date. Source: RFC 9110, "Retry-After". */
function retryAfter(error: unknown, now: number): number {
  if (!(error instanceof S3Error)) return 0;
  const { "retry-after": text = "", date = "" } = error.headers;
  const asked = /^\d+$/.test(text)
    ? Number(text) * 1000
    : // By the server's own clock, if it tells: ours may be wrong.
      Date.parse(text) - (Date.parse(date) || now);
  return asked > 0 ? Math.min(asked, RETRY_AFTER_MAX_MS) : 0;
}

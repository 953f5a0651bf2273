import { type BackOff, backOff } from "../flow/back-off.ts";
import { isCredentialError } from "./credential-error.ts";
import { S3Error } from "./s3-error.ts";

/** Attempts at one request. */
export const ATTEMPTS_MAX = 5;

const DELAY: BackOff = { firstMs: 50, maxMs: 20_000, jitter: 1 };
/** For a throttled request, as S3 asks. */
const DELAY_THROTTLED: BackOff = { ...DELAY, firstMs: 500 };

/** Throttling codes, whatever the status. Source: the SDK's list of throttling errors. */
const THROTTLED = new Set([
  "BandwidthLimitExceeded",
  "EC2ThrottledException",
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
  ...DAMAGED,
]);

/** Errors that the user, or time, puts right. */
const RENEWABLE = new Set([
  "ExpiredToken",
  "RequestTimeTooSkewed",
  "CredentialsProviderError",
  "TlsError",
]);

export function isThrottled(error: unknown): boolean {
  if (!(error instanceof S3Error)) return false;
  return THROTTLED.has(error.name) || [429, 503].includes(error.$metadata.httpStatusCode ?? 0);
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

/**
 * Milliseconds to wait after a failed attempt.
 *
 * @param attempt the one that failed; the first is 1
 * @param random 0 to 1
 */
export function retryDelay(error: unknown, attempt: number, random: number): number {
  return backOff(isThrottled(error) ? DELAY_THROTTLED : DELAY, attempt - 1, random);
}

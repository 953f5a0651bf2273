import { CredentialsError } from "../../bucket/credentials/credentials-error.ts";
import { isCredentialError } from "../../bucket/s3/credential-error.ts";
import { isThrottled } from "../../bucket/s3/retry.ts";
import { tlsFault } from "../../bucket/s3/tls-fault.ts";
import { CloudSubmitError, messageOf } from "../../protocol/error.ts";
import type { Say } from "../messages/say.ts";
import { CommandError } from "./command-error.ts";
import { deniedWords } from "./denied-words.ts";
import { systemError } from "./system-error.ts";

/** Errors that users of S3 meet most, by name; the messages say what to do about each. */
const KNOWN = [
  "NoSuchBucket",
  "AccessDenied",
  "InvalidAccessKeyId",
  "SignatureDoesNotMatch",
  "ExpiredToken",
  "MayBeExpired",
  "RequestTimeTooSkewed",
  "CredentialsProviderError",
  "ProxyError",
  "TlsError",
  "NotFromS3",
  "UnsoundListing",
  "SlowDown",
  "NoSuchUpload",
  "InvalidPart",
  "InternalError",
  "BadDigest",
  "MalformedResponse",
  "NetworkError",
  "PermanentRedirect",
] as const;
type Known = (typeof KNOWN)[number];

/** Other names for some of them. Source: Amazon S3 API Reference, "Error responses". */
const SAME: Readonly<Record<string, Known>> = {
  InvalidPartOrder: "InvalidPart",
  InternalServerError: "InternalError",
  ServiceUnavailable: "InternalError",
  XAmzContentChecksumMismatch: "BadDigest",
  XAmzContentSHA256Mismatch: "BadDigest",
  TemporaryRedirect: "PermanentRedirect",
  ResponseTooLarge: "MalformedResponse",
  TimeoutError: "NetworkError",
};

/** Any error that is not ours, as one line that says what to do. */
export function awsError(error: unknown): CloudSubmitError {
  const system = systemError(error);
  if (system) return system;
  const isSignIn = isCredentialError(error);
  const code = isSignIn ? "credentials" : "aws";
  const name = knownName(error) ?? (isSignIn ? "ExpiredToken" : undefined);
  if (name !== undefined)
    return new CommandError(code, (say) => `${wordsFor(say, name, error)} (${messageOf(error)})`, {
      cause: error,
    });
  if (error instanceof Error && error.message === "Region is missing")
    return new CommandError("config", (say) => say("aws.noRegion"));
  // In S3's words; a hint that does not help is all that may come of them.
  if (error instanceof Error && error.name === "InvalidRequest" && /encrypt/i.test(error.message))
    return new CommandError("aws", (say) => `${say("aws.customerKey")} (${messageOf(error)})`, {
      cause: error,
    });
  const isAws = error instanceof Error && "$metadata" in error;
  const isNetwork = error instanceof Error && "syscall" in error;
  return CloudSubmitError.from(error, isAws || isNetwork ? "aws" : "internal");
}

function knownName(error: unknown): Known | undefined {
  if (!(error instanceof Error)) return undefined;
  const known = KNOWN.find((one) => error.name === one);
  if (known) return known;
  if (Object.hasOwn(SAME, error.name)) return SAME[error.name];
  return isThrottled(error) ? "SlowDown" : undefined;
}

function wordsFor(say: Say, name: Known, error: unknown): string {
  if (name === "AccessDenied") return deniedWords(say, error as Error);
  if (name === "TlsError") return tlsWords(say, error);
  const isPlace = error instanceof CredentialsError && error.place !== undefined;
  return say(isPlace ? "aws.credentialsFailed" : `aws.${name}`);
}

/** Advice that fits the fault; the settings of authorities help against untrusted ones alone. */
function tlsWords(say: Say, error: unknown): string {
  const { fault, authorities } = tlsFault(error);
  if (fault !== "untrusted") return say(`tls.${fault}`);
  return authorities === undefined ? say("aws.TlsError") : say("tls.untrustedBy", { authorities });
}

/** AWS's names for a refusal; S3, SSM and an answer without a body differ. */
const DENIED: ReadonlySet<string> = new Set([
  "AccessDenied",
  "AccessDeniedException",
  "Forbidden",
  "403",
]);

/** Whether AWS refused, and not merely failed. */
export function isDenied(error: unknown): boolean {
  return error instanceof Error && DENIED.has(error.name);
}

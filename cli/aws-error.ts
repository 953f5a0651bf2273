import { CloudSubmitError, messageOf } from "../protocol/error.ts";

/** What to do about the errors that users of S3 meet most, by the error's name. */
const ADVICE: Readonly<Record<string, string>> = {
  NoSuchBucket: "there is no such bucket: check --bucket",
  AccessDenied: "S3 denies access: check the credentials, and that they may use this bucket",
  InvalidAccessKeyId: "the access key is not known: check the credentials",
  SignatureDoesNotMatch: "the secret key does not fit: check the credentials",
  ExpiredToken: "the credentials have expired: sign in again",
  RequestTimeTooSkewed: "this machine's clock is wrong: set it",
  CredentialsProviderError: "no AWS credentials: set AWS_PROFILE, or run aws configure",
};

/** Any error that is not ours, as one line that says what to do. */
export function awsError(error: unknown): CloudSubmitError {
  const name = error instanceof Error ? error.name : "";
  const advice = ADVICE[name];
  if (advice !== undefined)
    return new CloudSubmitError("aws", `${advice} (${messageOf(error)})`, { cause: error });
  if (error instanceof Error && error.message === "Region is missing")
    return new CloudSubmitError("config", "no AWS region: give --region or set AWS_REGION");
  const isAws = error instanceof Error && "$metadata" in error;
  const isNetwork = error instanceof Error && "syscall" in error;
  return CloudSubmitError.from(error, isAws || isNetwork ? "aws" : "internal");
}

/** Whether S3 refused, and not merely failed. */
export function isDenied(error: unknown): boolean {
  return error instanceof Error && ["AccessDenied", "Forbidden", "403"].includes(error.name);
}

/** Whether a service did not answer at all. */
export function isUnreachable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return "syscall" in error || error.name === "TimeoutError";
}

import { tlsFault } from "../../../bucket/s3/tls-fault.ts";
import { awsError } from "../../errors/aws-error.ts";
import { wordsOf } from "../../errors/command-error.ts";
import type { Say } from "../../messages/say.ts";
import type { Check } from "./check.ts";

/** Errors of who does not reach AWS. */
const UNREACHED = new Set(["NetworkError", "TimeoutError", "ProxyError", "TlsError", "NotFromS3"]);

/** Whether AWS was not reached at all, so that it need not be asked anything else. */
export function isUnreached(error: unknown): boolean {
  return error instanceof Error && (UNREACHED.has(error.name) || "syscall" in error);
}

/** Whether the way to AWS is to blame, and not credentials, names or permissions; it may also spoil answers. */
export function isOfTheWay(error: unknown): boolean {
  return isUnreached(error) || (error instanceof Error && error.name === "MalformedResponse");
}

/** A check's result, and whether it has found that S3 is not reached. */
export interface Finding extends Check {
  isCut?: boolean;
}

/**
 * An error in words.
 *
 * @param fix unless the way is to blame
 */
export function problem(say: Say, error: unknown, fix?: string): Omit<Finding, "name" | "verdict"> {
  const detail = wordsOf(say, awsError(error));
  if (!isOfTheWay(error)) return { detail, ...(fix !== undefined && { fix }) };
  // The detail has the advice; the line and the settings of authorities are not to blame.
  if (error instanceof Error && error.name === "TlsError" && tlsFault(error).fault !== "untrusted")
    return { detail, isCut: true };
  const isOthers = error instanceof Error && error.name === "NotFromS3";
  return {
    detail,
    fix: say(isOthers ? "doctor.portalFix" : "doctor.wayFix"),
    isCut: isUnreached(error),
  };
}

import { awsError } from "../../errors/aws-error.ts";
import { wordsOf } from "../../errors/command-error.ts";
import type { Say } from "../../messages/say.ts";
import type { Check } from "./check.ts";

/** Something else has answered, or half an answer came. */
const OF_OTHERS = new Set(["NotFromS3", "MalformedResponse"]);
/** Errors of the way to AWS; those of credentials, names and permissions are others. */
const OF_THE_WAY = new Set([
  "NetworkError",
  "TimeoutError",
  "ProxyError",
  "TlsError",
  ...OF_OTHERS,
]);

/** Whether AWS was not reached at all, so that nothing else can be blamed, nor need be asked. */
export function isOfTheWay(error: unknown): boolean {
  return error instanceof Error && (OF_THE_WAY.has(error.name) || "syscall" in error);
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
  const isOthers = error instanceof Error && OF_OTHERS.has(error.name);
  return { detail, fix: say(isOthers ? "doctor.portalFix" : "doctor.wayFix"), isCut: true };
}

import { CloudSubmitError, type ErrorCode } from "../../protocol/error.ts";
import type { Say } from "../messages/say.ts";
import { type WayOn, wayOnLine } from "../ui/way-on.ts";
import { awsError } from "./aws-error.ts";
import { CommandError, wordsOf } from "./command-error.ts";
import { exitCodeOfError } from "./exit-code.ts";

/** Errors after which the same may go on; the command is wrong with the others. */
const GOES_ON: ReadonlySet<ErrorCode> = new Set([
  "aws",
  "credentials",
  "internal",
  "timeout",
  "transfer",
]);

/** Whether the same command can go on where an error has ended it: not in a bucket that there is not. */
export function goesOn({ code, cause }: { code: ErrorCode; cause?: unknown }): boolean {
  return GOES_ON.has(code) && !(cause instanceof Error && cause.name === "NoSuchBucket");
}

/**
 * Says in one line why the program failed: what the error's code means, and the details, in
 * the user's language; and in another one how to go on. With --json, an object on a line of its own.
 *
 * @param wayOn undefined: there is nothing to go on with
 *
 * @returns the exit code
 */
export function reportError(
  error: unknown,
  say: Say,
  options: { json: boolean; write: (line: string) => void; wayOn?: WayOn | undefined },
): number {
  const known = error instanceof CloudSubmitError ? error : awsError(error);
  const { code, message } = known;
  const exitCode = exitCodeOfError(code);
  const skipped = known instanceof CommandError ? known.skipped : undefined;
  const wayOn = goesOn(known) ? options.wayOn : undefined;
  if (options.json) {
    const error = { code, message, skipped };
    options.write(JSON.stringify({ error, exitCode, resume: wayOn?.command }));
    return exitCode;
  }
  options.write(`cloud-submit: ${wordsOf(say, known)}`);
  if (wayOn) options.write(wayOnLine(say, wayOn, code));
  return exitCode;
}

/** An error in the command line itself, in the parser's words. */
export function usageError(message: string): CommandError {
  return new CommandError("usage", () => message);
}

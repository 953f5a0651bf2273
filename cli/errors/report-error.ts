import { CloudSubmitError } from "../../protocol/error.ts";
import type { Say } from "../messages/say.ts";
import { awsError } from "./aws-error.ts";
import { CommandError, wordsOf } from "./command-error.ts";
import { exitCodeOfError } from "./exit-code.ts";

/**
 * Says in one line why the program failed: what the error's code means, and the details, in
 * the user's language. With --json, an object on a line of its own.
 *
 * @returns the exit code
 */
export function reportError(
  error: unknown,
  say: Say,
  options: { json: boolean; write: (line: string) => void },
): number {
  const known = error instanceof CloudSubmitError ? error : awsError(error);
  const { code, message } = known;
  const exitCode = exitCodeOfError(code);
  const skipped = known instanceof CommandError ? known.skipped : undefined;
  if (options.json) options.write(JSON.stringify({ error: { code, message, skipped }, exitCode }));
  else options.write(`cloud-submit: ${wordsOf(say, known)}`);
  return exitCode;
}

/** An error in the command line itself, in the parser's words. */
export function usageError(message: string): CommandError {
  return new CommandError("usage", () => message);
}

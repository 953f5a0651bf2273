import { CloudSubmitError, type ErrorCode } from "../../protocol/error.ts";
import { FileError } from "../../protocol/file-error.ts";
import { writtenReason } from "../../protocol/reason.ts";
import type { FileReason } from "../../protocol/record.ts";
import { type Say, sayEnglish, type Words } from "../messages/say.ts";
import { reasonWords } from "../output/reason-words.ts";

/** An error of the command line itself: people are told in their language, programs in English. */
export class CommandError extends CloudSubmitError {
  readonly words: Words;
  /** The files that it is about, for programs. */
  readonly skipped: readonly FileReason[] | undefined;

  constructor(
    code: ErrorCode,
    words: Words,
    options: { cause?: unknown; skipped?: readonly FileReason[] } = {},
  ) {
    super(code, words(sayEnglish), options);
    this.words = words;
    this.skipped = options.skipped;
  }
}

/** The error of a file that people write, such as settings or rules, under another code. */
export function aboutFile(code: ErrorCode, error: FileError): CommandError {
  const { path, reason } = error;
  return new CommandError(code, (say) => `${path}: ${reasonWords(say, writtenReason(reason))}`, {
    cause: error,
  });
}

/** Throws an error about a file that people write as a wrong use, and any other as it is. */
export function asUsage(error: unknown): never {
  throw error instanceof FileError ? aboutFile("usage", error) : error;
}

/**
 * The line of what a program printed that says what is wrong: sbatch's first error, not its last hint.
 */
export function firstErrorLine(text: string): string {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  return lines.find((line) => /^sbatch: (error|fatal): /.test(line)) ?? lines[0] ?? "";
}

/**
 * An error, or that of a record, in the user's language: what its code means, then the details,
 * which are English where they come from elsewhere.
 */
export function wordsOf(say: Say, error: { code: ErrorCode; message: string }): string {
  const meaning = say(`error.${error.code}`);
  let details = error.message;
  if (error instanceof CommandError) details = error.words(say);
  if (error instanceof FileError)
    details = `${error.path}: ${reasonWords(say, writtenReason(error.reason))}`;
  return meaning === "" ? details : `${meaning}: ${details}`;
}

/** The same in one line, where a program's whole output stands in the error. */
export function shortWordsOf(say: Say, error: { code: ErrorCode; message: string }): string {
  return wordsOf(say, { ...error, message: firstErrorLine(error.message) });
}

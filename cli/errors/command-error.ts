import { CloudSubmitError, type ErrorCode } from "../../protocol/error.ts";
import { type Say, sayEnglish, type Words } from "../messages/say.ts";

/** An error of the command line itself: people are told in their language, programs in English. */
export class CommandError extends CloudSubmitError {
  readonly words: Words;

  constructor(code: ErrorCode, words: Words, options?: { cause?: unknown }) {
    super(code, words(sayEnglish), options);
    this.words = words;
  }
}

/**
 * The line of what a program printed that says what is wrong: sbatch's first error, not its last hint.
 */
export function firstErrorLine(text: string): string {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  return lines.find((line) => /^sbatch: (error|fatal): /.test(line)) ?? lines[0] ?? "";
}

/**
 * What an error, or that of a record, says to people: what its code means in their language, then the details,
 * which are English where they come from elsewhere.
 */
export function wordsOf(say: Say, error: { code: ErrorCode; message: string }): string {
  const meaning = say(`error.${error.code}`);
  const details = error instanceof CommandError ? error.words(say) : error.message;
  return meaning === "" ? details : `${meaning}: ${details}`;
}

/** The same in one line, where a program's whole output stands in the error. */
export function shortWordsOf(say: Say, error: { code: ErrorCode; message: string }): string {
  return wordsOf(say, { ...error, message: firstErrorLine(error.message) });
}

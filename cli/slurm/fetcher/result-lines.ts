import { CloudSubmitError } from "../../../protocol/error.ts";
import type { TransferSummary } from "../../../transfer/summary.ts";
import { awsError } from "../../errors/aws-error.ts";
import { wordsOf } from "../../errors/command-error.ts";
import type { Say } from "../../messages/say.ts";
import { reasonWords } from "../../output/reason-words.ts";
import { shownPath } from "../../output/shown-path.ts";

/** An error in one line. */
export function failureLine(say: Say, error: unknown): string {
  const known = error instanceof CloudSubmitError ? error : awsError(error);
  return oneLine(wordsOf(say, known));
}

/** Why results could not come, in one line; undefined: all are there. */
export function leftOutLine(
  say: Say,
  { skipped, skippedCount }: Pick<TransferSummary, "skipped" | "skippedCount">,
): string | undefined {
  const [first] = skipped;
  if (!first) return undefined;
  const path = shownPath(first.path);
  return more(say, say("results.skipped", { path, reason: reasonWords(say, first) }), skippedCount);
}

/** Which results are beside their place, in one line; undefined: none. */
export function remarkLine(
  say: Say,
  { beside, besideCount }: Pick<TransferSummary, "beside" | "besideCount">,
): string | undefined {
  const [first] = beside;
  if (!first) return undefined;
  const values = { path: JSON.stringify(first.path), at: JSON.stringify(first.at) };
  return more(say, say("results.beside", values), besideCount);
}

function more(say: Say, line: string, count: number): string {
  return oneLine(count > 1 ? say("results.more", { line, count: count - 1 }) : line);
}

function oneLine(text: string): string {
  return text.replace(/\s*[\r\n]+\s*/g, " ");
}

import { REASONS } from "../../protocol/reason.ts";
import type { JobRecord, WrittenReason } from "../../protocol/record.ts";
import type { Say } from "../messages/say.ts";

/**
 * Why, in the user's language. Where an older agent wrote no code, or a newer one a code that is not known here, it is
 * the `reason` beside it, in English.
 */
export function reasonWords(say: Say, told: WrittenReason): string {
  return codeWords(say, told) ?? told.reason;
}

/** Notes of a record for its submitter; a newer agent's notes are left aside. */
export function notesOf(say: Say, { notes = [] }: Pick<JobRecord, "notes">): string[] {
  return notes.flatMap((note) => codeWords(say, note) ?? []);
}

/** The words of a code of the closed set, with the values that came with it; undefined for any other. */
function codeWords(
  say: Say,
  { code = "", values = {} }: Partial<WrittenReason>,
): string | undefined {
  if (!Object.hasOwn(REASONS, code)) return undefined;
  // Which code it is, and so which values it has, is known when it is read.
  return say(`code.${code}` as "code.system-error", values as { error: string });
}

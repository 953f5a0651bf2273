import { type Reason, type ReasonCode, reasonText } from "./reason.ts";
import type { Note } from "./record.ts";

/** Notes of a job that Slurm did not start, because it could not open its files. */
const CODES: readonly ReasonCode[] = ["output-folder-missing", "output-not-opened"];

/** Why Slurm could not open the files of a job, in plain English; undefined: nothing is noted of that. */
export function whyNotOpened(notes: readonly Partial<Note>[] = []): string | undefined {
  const note = notes.find((one): one is Reason => CODES.some((code) => code === one.code));
  return note && reasonText(note);
}

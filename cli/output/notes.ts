import type { JobRecord, Note, NoteCode } from "../../protocol/record.ts";
import type { Say } from "../messages/say.ts";

const WORDS: Record<NoteCode, (say: Say, values: Note["values"]) => string> = {
  "chdir-not-followed": (say, { path = "?" }) => say("note.chdir", { path: JSON.stringify(path) }),
  "comment-not-followed": (say) => say("note.comment"),
  "output-not-brought-back": (say, { path = "?" }) =>
    say("note.output", { path: JSON.stringify(path) }),
  "dependency-unknown": (say, { ids = "?" }) => say("note.dependency", { ids }),
  "jobs-of-its-own": (say, { ids = "?" }) => say("note.ownJobs", { ids }),
};

/** What a record notes that its submitter would not expect; a newer agent's notes are left aside. */
export function notesOf(say: Say, { notes = [] }: Pick<JobRecord, "notes">): string[] {
  return notes.flatMap(({ code, values }) =>
    Object.hasOwn(WORDS, code) ? [WORDS[code as NoteCode](say, values)] : [],
  );
}

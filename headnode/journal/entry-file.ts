import { createHash } from "node:crypto";
import { parseJson } from "../../protocol/parse-json.ts";
import { type SubmissionId, submissionIdSchema } from "../../protocol/request.ts";
import { type JobEntry, jobEntrySchema } from "./job-entry.ts";

/**
 * The name of an entry's file; `@` can be in neither part.
 *
 * @throws ZodError for a prefix or a submission that no entry has: such a name could lead elsewhere
 */
export function fileName(entry: SubmissionId): string {
  const { prefix, submission } = submissionIdSchema.parse(entry);
  return `${prefix}@${submission}.json`;
}

/** The submission in the name of an entry's file; undefined for a name that no entry's file has. */
export function idOfName(name: string): SubmissionId | undefined {
  if (!isFileName(name)) return undefined;
  const [prefix, submission] = name.slice(0, -".json".length).split("@");
  const { data } = submissionIdSchema.safeParse({ prefix, submission });
  return data && fileName(data) === name ? data : undefined;
}

/** Whether a name in the journal's folders is one of an entry's file: not one that is being written, say. */
export function isFileName(name: string): boolean {
  return !name.startsWith(".") && name.endsWith(".json");
}

/** The text of an entry's file: a checksum, and what it is the checksum of. */
export function encodeEntry(entry: JobEntry): string {
  const body = JSON.stringify(entry);
  return `${createHash("sha256").update(body).digest("hex")}\n${body}\n`;
}

/**
 * The entry in a file's text; undefined when the text is torn, damaged or foreign. What follows its two lines is
 * what the file held before, where it was written into (see spare-files.ts).
 */
export function decodeEntry(text: string): JobEntry | undefined {
  const [checksum, body, rest] = text.split("\n", 3);
  if (body === undefined || rest === undefined) return undefined;
  if (createHash("sha256").update(body).digest("hex") !== checksum) return undefined;
  return parseJson(jobEntrySchema, body);
}

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

/** One state of an entry as its file holds it: a checksum, and a line that it is the checksum of. */
export function encodeEntry(entry: JobEntry): string {
  const body = JSON.stringify(entry);
  return `${checksum(body)}\n${body}\n`;
}

/** Ends a file's text where something else follows, which is not to be read. */
export const END_OF_ENTRY = "\n";

/**
 * The last state in an entry's file; undefined when the text is damaged or foreign. The states follow each other; the last
 * one may be torn, and then it was never said to be on disk.
 */
export function decodeEntry(text: string): JobEntry | undefined {
  let body: string | undefined;
  for (let at = 0; ; ) {
    const middle = text.indexOf("\n", at);
    const end = middle < 0 ? -1 : text.indexOf("\n", middle + 1);
    if (end < 0) break;
    const next = text.slice(middle + 1, end);
    if (checksum(next) !== text.slice(at, middle)) break;
    body = next;
    at = end + 1;
  }
  return body === undefined ? undefined : parseJson(jobEntrySchema, body);
}

function checksum(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

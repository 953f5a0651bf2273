import * as z from "zod";
import { CloudSubmitError } from "./error.ts";
import type { Outcome } from "./outcome.ts";
import { prefixSchema } from "./prefix.ts";
import { submissionSchema } from "./submission.ts";

/**
 * Metadata key of the status object for the jobs that a submission begins after: `PREFIX[:CONDITION][@SUBMISSION]`,
 * separated by commas. Like options for sbatch, they belong to that one write of FILE_UPLOAD.
 */
export const AFTER_METADATA = "after";

/** A submission waits for so many others at most. */
export const AFTER_MAX = 32;

/** S3 takes 2 KB of metadata in all; some of it is for the submission, its manifest and the submitter. */
export const AFTER_METADATA_MAX_BYTES = 1536;

/**
 * A list that does not fit there is in the manifest of an open submission, with so many at most: the agent holds all of them, and
 * tells in the record which are left.
 */
export const AFTER_IN_MANIFEST_MAX = 2000;

/** How a job is to end that another one begins after: completed, in any way, or in any other way than completed. */
export const CONDITIONS = ["ok", "any", "failed"] as const;
export type Condition = (typeof CONDITIONS)[number];

/** A run that another one begins after. */
export const dependencySchema = z.object({
  prefix: prefixSchema,
  submission: submissionSchema
    .optional()
    .describe("absent: the prefix's run when the request was taken, which is not known yet"),
  condition: z.enum(CONDITIONS).describe("how it is to end: ok is completed, failed all else"),
});
export type Dependency = z.infer<typeof dependencySchema>;

/** A run that is known by its submission. */
export const knownRunSchema = dependencySchema.required().strict();
export type KnownRun = z.infer<typeof knownRunSchema>;

/** Whether a job that ended like this has ended as one was waiting for. */
export function isMet(condition: Condition, outcome: Outcome | undefined): boolean {
  if (condition === "any") return true;
  return (outcome === "completed") === (condition === "ok");
}

/** One dependency in its text; undefined: it is none. */
export function parseDependency(text: string): Dependency | undefined {
  const [, prefix, condition = "ok", submission] =
    /^([^:@,]*)(?::([^:@,]*))?(?:@([^:@,]*))?$/.exec(text) ?? [];
  const { data } = dependencySchema.safeParse({ prefix, condition, submission });
  return data && { ...data };
}

/** The text of one dependency. */
export function formatDependency({ prefix, submission, condition }: Dependency): string {
  const how = condition === "ok" ? "" : `:${condition}`;
  return `${prefix}${how}${submission === undefined ? "" : `@${submission}`}`;
}

/** The metadata of a status object; undefined when there are no dependencies. The caller sees to its limits. */
export function formatAfter(dependencies: readonly Dependency[]): string | undefined {
  return dependencies.length === 0 ? undefined : dependencies.map(formatDependency).join(",");
}

/**
 * The dependencies in a status object's metadata, each once; none when there are none.
 *
 * @throws CloudSubmitError `bad-option` for a text that is not made of them, or is too long
 */
export function parseAfter(metadata: Readonly<Record<string, string>> = {}): Dependency[] {
  const text = metadata[AFTER_METADATA];
  if (text === undefined) return [];
  if (text.length > AFTER_METADATA_MAX_BYTES) throw notAfter();
  const parts = [...new Set(text.split(","))];
  const dependencies = parts.flatMap((part) => parseDependency(part) ?? []);
  if (dependencies.length < parts.length || parts.length > AFTER_MAX) throw notAfter();
  return dependencies;
}

/** The same for those who only look: none when they cannot be read, since then the job will not run. */
export function dependenciesOf(metadata: Readonly<Record<string, string>>): Dependency[] {
  try {
    return parseAfter(metadata);
  } catch {
    return [];
  }
}

function notAfter(): CloudSubmitError {
  return new CloudSubmitError(
    "bad-option",
    `the metadata ${AFTER_METADATA} of the status object does not name at most ${AFTER_MAX} jobs, in ${AFTER_METADATA_MAX_BYTES} bytes, as PREFIX, PREFIX:any or PREFIX:failed, with commas between them: correct it, then write FILE_UPLOAD again`,
  );
}

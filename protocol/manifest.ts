import * as z from "zod";
import { AFTER_IN_MANIFEST_MAX, knownRunSchema } from "./after.ts";
import { parseJson } from "./parse-json.ts";
import { prefixSchema } from "./prefix.ts";
import { READ_KEY_PATTERN } from "./read-key.ts";

/** As S3 writes one, without its quotes; nothing that would end the header it is sent in. */
const etagSchema = z.string().regex(/^[\x21\x23-\x7e]{1,256}$/);
const versionSchema = z.string().regex(/^[\x21-\x7e]{1,1024}$/);

export const readKeySchema = z.string().regex(READ_KEY_PATTERN);

/** Where an input is that is not below the job's own prefix. */
const sourceSchema = z.strictObject({
  key: z
    .string()
    .max(1024)
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}\/./s)
    .describe("of the object, with its prefix"),
  readKey: readKeySchema.describe("the object's metadata of this name"),
});

/** One object that a job begins with, in a manifest. */
export const inputSchema = z.strictObject({
  path: z.string().min(1).describe("relative to the prefix; with / at its end: an empty folder"),
  size: z.int().nonnegative().describe("bytes"),
  etag: etagSchema.describe("of the object, without quotes"),
  version: versionSchema.optional().describe("its version id, in a bucket that keeps versions"),
  mode: z.string().optional().describe("as in the object's metadata, in place of it"),
  mtime: z.string().optional().describe("the same"),
  symlink: z.string().optional().describe("the same"),
  source: sourceSchema.optional().describe("where the object is; absent: below the job's prefix"),
});

/** One object that a job begins with. */
export type Input = z.infer<typeof inputSchema>;

/** Inputs by path. */
export type Inputs = ReadonlyMap<string, Input>;

/** A manifest names so many inputs at most: the agent holds them all. */
export const INPUTS_MAX = 200_000;

/** A longer object is no manifest: 200,000 inputs with paths of 60 bytes take about as much. */
export const MANIFEST_MAX_BYTES = 48 << 20;

/** A path below a folder: no empty segment, none of dots, no NUL. */
const RELATIVE = /^(?!\.{1,2}(\/|$))[^/\0]+(\/(?!\.{1,2}(\/|$))[^/\0]+)*$/;

/** The same, or the folder itself: "" or ".". */
const placeSchema = z
  .string()
  .max(1024)
  .refine((path) => path === "" || path === "." || RELATIVE.test(path))
  .transform((path) => (path === "." ? "" : path));

const fromSchema = z.strictObject({
  prefix: prefixSchema.describe("of the job whose results they are"),
  path: placeSchema.describe("a file or a folder of its results; empty: all of them"),
  where: placeSchema
    .optional()
    .describe("where it is to be in the job's folder; absent: under the last name of `path`"),
  readKey: readKeySchema.describe("of the submission whose results they are"),
});

/** Results of another job that are to be inputs; which these are is decided when the job is staged. */
export type From = z.infer<typeof fromSchema>;

/** So many entries of `from` at most, as many as runs that are waited for: each is a listing. */
export const FROM_MAX = AFTER_IN_MANIFEST_MAX;

/** Rules of a list for results at most, and characters of one. */
export const RULES_MAX = 500;
export const RULE_MAX_LENGTH = 1024;

/** Rules for results, as in an ignore file. */
const rules = z.array(z.string().min(1).max(RULE_MAX_LENGTH)).max(RULES_MAX);

/** Arguments of the job script at most, and bytes of all: the system takes 128 KiB in one, and 2 MiB with the environment. */
export const ARGUMENTS_MAX = 4096;
export const ARGUMENTS_MAX_BYTES = 96 << 10;

/** So many folders of the submitter's machine have a place in the job's folder at most. */
export const ORIGINS_MAX = 16;

export const originSchema = z.strictObject({
  path: z
    .string()
    .max(4096)
    .regex(/^\/[^\0\n]*[^\0\n/]$/)
    .describe("absolute path of a folder on the submitter's machine"),
  at: placeSchema.describe("where it is in the job's folder; empty: it is the job's folder"),
});

/** A folder of the submitter's machine, and its place in the job's folder. */
export type Origin = z.infer<typeof originSchema>;

/** Arguments that the job script is called with. */
const argumentsSchema = z
  .array(z.string().regex(/^[^\0]*$/))
  .max(ARGUMENTS_MAX)
  .refine((all) => Buffer.byteLength(all.join("\0")) <= ARGUMENTS_MAX_BYTES);

/** All of a manifest but that no path is there twice. */
export const manifestSchema = z.strictObject({
  version: z.literal(1),
  readKey: readKeySchema
    .optional()
    .describe("whoever knows it may name this submission's results as inputs"),
  results: z
    .strictObject({ only: rules.optional(), not: rules.optional() })
    .optional()
    .describe("which results come back"),
  from: z.array(fromSchema).max(FROM_MAX).optional().describe("results of other jobs"),
  after: z
    .array(knownRunSchema)
    .max(AFTER_IN_MANIFEST_MAX)
    .optional()
    .describe(
      "of an open submission: runs that it begins after, besides those of the status object",
    ),
  arguments: argumentsSchema.optional().describe("of the job script"),
  origins: z
    .array(originSchema)
    .max(ORIGINS_MAX)
    .optional()
    .describe("folders whose paths, in the job script and its arguments, mean the job's folder"),
  inputs: z.array(z.unknown()).max(INPUTS_MAX).pipe(z.array(inputSchema)),
});

/** All that a submission begins with, and which results of it come back. */
export interface Manifest
  extends Pick<
    z.infer<typeof manifestSchema>,
    "readKey" | "results" | "from" | "after" | "arguments" | "origins"
  > {
  inputs: Inputs;
}

/**
 * The manifest in a text. It is strict: what this version does not know may change what a job
 * is to run on.
 *
 * @returns undefined when it is no manifest, or names a path twice
 */
export function parseManifest(text: string): Manifest | undefined {
  const parsed = parseJson(manifestSchema, text);
  if (!parsed) return undefined;
  const { version: _, inputs, ...more } = parsed;
  const byPath = new Map(inputs.map((input) => [input.path, input]));
  return byPath.size === inputs.length ? { ...more, inputs: byPath } : undefined;
}

/** The text of a manifest, sorted by path; undefined when there are too many inputs for one. */
export function formatManifest(
  inputs: readonly Input[],
  more: Omit<Manifest, "inputs"> = {},
): string | undefined {
  if (inputs.length > INPUTS_MAX) return undefined;
  const sorted = inputs.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  const beginning = JSON.stringify({ version: 1, ...more }).slice(0, -1);
  const text = `${beginning},"inputs":[\n${sorted.map((input) => JSON.stringify(input)).join(",\n")}\n]}\n`;
  return Buffer.byteLength(text) > MANIFEST_MAX_BYTES ? undefined : text;
}

/** Which manifest a submission has: the object with this ETag, as it is now or in this version. */
export const manifestIdSchema = z.object({
  etag: etagSchema,
  version: versionSchema.optional(),
});
export type ManifestId = z.infer<typeof manifestIdSchema>;

/** Metadata keys of the status object. */
const MANIFEST_METADATA = "manifest";
const MANIFEST_VERSION_METADATA = "manifest-version";

/** The metadata of a status object that names a manifest. */
export function manifestMetadata({ etag, version }: ManifestId): Record<string, string> {
  return {
    [MANIFEST_METADATA]: etag,
    ...(version !== undefined && { [MANIFEST_VERSION_METADATA]: version }),
  };
}

/** The manifest that a status object's metadata names; undefined: none; "unreadable": none that can be. */
export function manifestOf(
  metadata: Readonly<Record<string, string>>,
): ManifestId | "unreadable" | undefined {
  const { [MANIFEST_METADATA]: etag, [MANIFEST_VERSION_METADATA]: version } = metadata;
  if (etag === undefined) return undefined;
  return manifestIdSchema.safeParse({ etag, version }).data ?? "unreadable";
}

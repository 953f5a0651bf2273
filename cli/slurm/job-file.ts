import * as z from "zod";
import { boardIdSchema, boardJobSchema } from "../../protocol/board.ts";
import { originSchema, readKeySchema } from "../../protocol/manifest.ts";
import { prefixSchema } from "../../protocol/prefix.ts";
import { submissionSchema } from "../../protocol/submission.ts";

/** How far the results of a job are on their way to its folders. */
export const RESULTS = ["waiting", "fetched", "failed"] as const;

const placeSchema = originSchema.extend({
  /** Relative paths of the folder that were sent alone, and are all that is looked at for the closing object. */
  only: z.array(z.string()).optional().describe("absent: all of it; empty: it only takes results"),
});

/**
 * Knowledge of this machine about one job of the Slurm front end. Its file is written as a whole, under another name first:
 * by sbatch when the job has its id, then by the fetcher alone.
 */
export const jobFileSchema = z.object({
  version: z.literal(1),
  id: z.string().regex(/^\d+$/).describe("Slurm's"),
  bucket: z.string(),
  prefix: prefixSchema,
  submission: submissionSchema,
  board: boardIdSchema,
  /** Of its manifest: whoever knows it may name the job's results as inputs. */
  readKey: readKeySchema.optional(),
  /** Folders that results come back to, the first one is where sbatch was called: absolute paths here, and places in the job's folder. */
  origins: z.array(placeSchema).min(1),
  /** The closing object is still to be written. */
  isOpen: z.boolean(),
  /** The request, as far as tools ask for it again before Slurm tells. */
  asked: z.object({
    name: z.string(),
    user: z.string(),
    /** Options for sbatch as they were sent, of the command line and the script. */
    options: z.array(z.string()),
    comment: z.string().optional(),
    array: z.string().optional(),
    partition: z.string().optional(),
    /** The script's path and arguments; of --wrap, `(null)`. */
    command: z.string(),
    workDir: z.string(),
    /** Absolute paths here, as patterns of sbatch. */
    stdout: z.string(),
    stderr: z.string().optional(),
    stdin: z.string().optional(),
    dependency: z.string().optional(),
  }),
  submittedAt: z.iso.datetime(),
  /** The job as the bucket showed it last. */
  last: boardJobSchema.optional(),
  lastAt: z.iso.datetime().optional(),
  results: z.enum(RESULTS),
  /** Why they did not come, one line. */
  resultsError: z.string().optional(),
  resultsAt: z.iso.datetime().optional(),
});
export type JobFile = z.infer<typeof jobFileSchema>;

/**
 * Whether what a file holds is a job, as far as commands need to know that read all files at each call: the schema takes ten
 * times as long. The files are this program's own, and are written as a whole.
 */
export function isJobFile(value: unknown): value is JobFile {
  const file = value as Partial<JobFile> | null;
  const areTexts = (...texts: readonly unknown[]) =>
    texts.every((text) => typeof text === "string");
  if (typeof file !== "object" || file?.version !== 1) return false;
  const { asked, origins, results } = file;
  return (
    areTexts(file.id, file.bucket, file.prefix, file.submission, file.board, file.submittedAt) &&
    typeof file.isOpen === "boolean" &&
    RESULTS.some((known) => known === results) &&
    Array.isArray(origins) &&
    origins.length > 0 &&
    origins.every((origin) => areTexts(origin?.path, origin?.at)) &&
    areTexts(asked?.name, asked?.user, asked?.command, asked?.workDir, asked?.stdout) &&
    Array.isArray(asked?.options) &&
    areTexts(...asked.options) &&
    (file.last === undefined || (typeof file.last === "object" && file.last !== null)) &&
    (file.lastAt === undefined || areTexts(file.lastAt))
  );
}

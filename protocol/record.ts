import * as z from "zod";
import { dependencySchema } from "./after.ts";
import { ERROR_CODES } from "./error.ts";
import { OUTCOMES } from "./outcome.ts";
import { parseJson } from "./parse-json.ts";
import { isPrefix } from "./prefix.ts";
import { requesterSchema } from "./requester.ts";
import { STATES } from "./state.ts";
import { submissionSchema } from "./submission.ts";

const time = z.iso.datetime().describe("UTC, ISO 8601");
const count = z.int().nonnegative();

/** A code with values, as reason.ts makes them. Readers let codes through that they do not know. */
const reasonSchema = z.object({
  code: z.string().describe("one of REASONS; newer agents may know more"),
  values: z.record(z.string(), z.string()).describe("what the code is about"),
});
export type Note = z.infer<typeof reasonSchema>;

/** The same with the words in plain English, which is all that older agents wrote. */
const writtenReasonSchema = reasonSchema.partial().extend({
  reason: z.string().describe("the same in plain English; older agents wrote nothing else"),
});
export type WrittenReason = z.infer<typeof writtenReasonSchema>;

/** A remark on a file, such as why it was not transferred. */
export const fileReasonSchema = z.object({ path: z.string(), ...writtenReasonSchema.shape });
export type FileReason = z.infer<typeof fileReasonSchema>;

const transferVerdict = z.object({
  verdict: z.enum(["complete", "partial"]).describe("partial: some files are named in `skipped`"),
  files: count.describe("files transferred"),
  bytes: count.describe("bytes transferred"),
  cached: z
    .object({ files: count, bytes: count })
    .optional()
    .describe("how many of these were on the cluster already, so that S3 was not asked for them"),
  skipped: z.array(fileReasonSchema).describe("files left out, at most 1000 of them"),
  skippedCount: count.describe("how many files were left out"),
});

const notChosen = z.object({ files: count, bytes: count });

const exitCode = z.int().min(0).max(255);
const signal = z.int().nonnegative();

/** Tasks of a job array that ended in the same way. */
const incompleteTasks = z.object({
  ids: z.string().describe("as ranges, such as 13,17-19"),
  outcome: z.enum(OUTCOMES).describe("lost: nobody saw how they ended"),
  state: z.string().optional().describe("Slurm's own word"),
  exitCode: exitCode.optional(),
  signal: signal.optional(),
});

const taskCounts = z.object({
  total: count.describe("tasks that were submitted"),
  completed: count,
  outcomes: z
    .partialRecord(z.enum(OUTCOMES), count)
    .optional()
    .describe("number of tasks by outcome"),
  incomplete: z
    .array(incompleteTasks)
    .optional()
    .describe("tasks that did not complete; ids of at most 1000 of them"),
});
export type TaskCounts = z.infer<typeof taskCounts>;

/** Records name at most so many tasks that did not complete. */
export const INCOMPLETE_LIST_MAX = 1000;

const slurmVerdict = z.object({
  jobId: z.string().regex(/^\d+$/),
  name: z.string().optional().describe("the job's name"),
  partition: z.string().optional().describe("the job's partition; while it waits, perhaps several"),
  state: z
    .string()
    .optional()
    .describe("Slurm's own word, such as COMPLETED; before the end, the one seen last"),
  reason: z.string().optional().describe("Slurm's reason for the state"),
  exitCode: exitCode.optional(),
  signal: signal.optional().describe("0 when the job was not ended by a signal"),
  nodes: z.string().optional().describe("node list in Slurm's notation"),
  nodeReason: z
    .string()
    .optional()
    .describe("while the job waits: why nodes of its partition cannot be used"),
  tasks: taskCounts.optional().describe("job arrays: how the tasks ended"),
  restarts: count.optional().describe("how often Slurm put the job back into the queue"),
  startedAt: time.optional(),
  endedAt: time.optional(),
});

/** Where Slurm wrote what the job printed; paths are relative to the job's folder and to its prefix. */
const outputFiles = z.object({
  task: count.optional().describe("job arrays: id of the task"),
  stdout: z.string(),
  stderr: z.string().optional().describe("absent: the same file as stdout"),
});

/** The job record, `job-aws-job.json`: the whole truth about one submission. */
export const jobRecordSchema = z.object({
  version: z.literal(1),
  prefix: z
    .string()
    .max(1024)
    .describe("that of its key; one that may not name a job only with the error bad-prefix"),
  submission: submissionSchema,
  state: z.enum(STATES),
  outcome: z.enum(OUTCOMES).optional().describe("set once the submission is final"),
  error: z
    .object({ code: z.enum(ERROR_CODES), message: z.string() })
    .optional()
    .describe("why the job did not run"),
  requester: requesterSchema.optional(),
  slurm: slurmVerdict.optional().describe("Slurm's verdict"),
  stageIn: transferVerdict.optional().describe("from the bucket to the cluster"),
  stageOut: transferVerdict
    .extend({
      notChosen: notChosen
        .optional()
        .describe("with rules for results: what the job made or changed and they do not choose"),
    })
    .optional()
    .describe("the results: from the cluster to the bucket"),
  sbatchOptions: z
    .array(z.string())
    .optional()
    .describe("options for sbatch that came with the request"),
  output: z
    .array(outputFiles)
    .optional()
    .describe(
      "the files of stdout and stderr, where they are in the job's folder; at most 1000 tasks",
    ),
  waitsFor: z
    .array(dependencySchema)
    .optional()
    .describe("before it begins: the jobs that it still waits for"),
  notes: z.array(reasonSchema).optional().describe("what the submitter would not expect"),
  times: z.object({
    requested: time.optional().describe("FILE_UPLOAD was written"),
    accepted: time.optional().describe("the agent took the request"),
    released: time.optional().describe("the last job that it waited for had ended"),
    staged: time.optional().describe("the job's folder was on the cluster"),
    submitted: time.optional().describe("sbatch accepted the job"),
    ended: time.optional().describe("the agent learnt that Slurm had ended it"),
    returned: time.optional().describe("the last result was in the bucket"),
    final: time.optional().describe("the record became final"),
  }),
  refused: z
    .array(z.object({ submission: z.string(), at: time, ...writtenReasonSchema.shape }))
    .optional()
    .describe("FILE_UPLOADs that came while this one was active"),
});
export type JobRecord = z.infer<typeof jobRecordSchema>;
export type SlurmVerdict = NonNullable<JobRecord["slurm"]>;
export type TransferVerdict = NonNullable<JobRecord["stageIn"]>;
export type ResultsVerdict = NonNullable<JobRecord["stageOut"]>;
export type OutputFiles = z.infer<typeof outputFiles>;

/** Records tell the output files of at most so many tasks. */
export const OUTPUT_LIST_MAX = 1000;

/** A longer object is no record. */
export const RECORD_MAX_BYTES = 4 << 20;

/** The record in an object's text; undefined when invalid. */
export function parseRecord(text: string): JobRecord | undefined {
  const record = parseJson(jobRecordSchema, text);
  if (!record || isPrefix(record.prefix)) return record;
  return record.error?.code === "bad-prefix" ? record : undefined;
}

/** The text of a record object: with its lists as far as they fit, see RECORD_MAX_BYTES. */
export function formatRecord(record: JobRecord): string {
  for (let most = LISTS_MAX; ; most >>= 1) {
    const text = `${JSON.stringify(most < LISTS_MAX ? cut(record, most) : record, null, 2)}\n`;
    if (most === 0 || new TextEncoder().encode(text).length <= RECORD_MAX_BYTES) return text;
  }
}

/** As long as a record fits, its lists are as long as they are; else they are shorter than this. */
const LISTS_MAX = 1024;

/** A record with at most so many entries in each list that may be long; their counts stay as they are. */
function cut(record: JobRecord, most: number): JobRecord {
  const { slurm, stageIn, stageOut, output, refused } = record;
  const skipping = (verdict: TransferVerdict) => ({
    ...verdict,
    skipped: verdict.skipped.slice(0, most),
  });
  const tasks = slurm?.tasks?.incomplete && {
    ...slurm.tasks,
    incomplete: slurm.tasks.incomplete.slice(0, most),
  };
  return {
    ...record,
    ...(tasks && { slurm: { ...slurm, tasks } }),
    ...(stageIn && { stageIn: skipping(stageIn) }),
    ...(stageOut && { stageOut: { ...stageOut, ...skipping(stageOut) } }),
    ...(output && { output: output.slice(0, most) }),
    // The last ones tell who asks now.
    ...(refused && { refused: refused.slice(Math.max(0, refused.length - most)) }),
  };
}

/** JSON Schema of the record, for readers in other languages. */
export function jobRecordJsonSchema(): object {
  return {
    $id: "job-aws-job.schema.json",
    title: "cloud-submit job record",
    ...z.toJSONSchema(jobRecordSchema),
  };
}

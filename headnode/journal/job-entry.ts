import * as z from "zod";
import { boardIdSchema } from "../../protocol/board.ts";
import { arrivedSchema, stateChangeSchema } from "../../protocol/event.ts";
import { manifestIdSchema, readKeySchema } from "../../protocol/manifest.ts";
import { addressSchema } from "../../protocol/notify.ts";
import { prefixSchema } from "../../protocol/prefix.ts";
import { jobRecordSchema } from "../../protocol/record.ts";
import { STATES } from "../../protocol/state.ts";
import { arrayAccountSchema } from "../slurm/array-account.ts";
import { STDERR_STATES } from "../slurm/stderr-end.ts";

/** Progress of a submission; each phase is in the journal before the next step begins, but for those of REPEATED and WRITTEN_BY_STEP. */
export const PHASES = [
  /** The request is ours, and other jobs have to end first. */
  "waiting",
  /** The request is ours, and may begin. */
  "accepted",
  /** The job's folder is here. */
  "staged",
  /** The job is about to be passed to sbatch, or may have been. */
  "submitting",
  /** Slurm has the job; its id is in `slurm`. */
  "submitted",
  /** JOB_SUBMIT is in the bucket. */
  "running",
  /** Slurm has ended the job. */
  "ended",
  /** Every result is in the bucket. */
  "returned",
  /** The job will not run; `error` says why. */
  "failing",
  /** The final record is in the bucket. */
  "recorded",
  /** The final state is in the bucket. */
  "done",
] as const;
export type Phase = (typeof PHASES)[number];

/**
 * Phases that are in memory alone, since the next step follows at once: after a crash, the step before them is done again,
 * and does what it has done. The final record is none of these: it is never written after JOB_COMPLETE.
 */
export const REPEATED: ReadonlySet<Phase> = new Set<Phase>(["staged"]);

/**
 * Phases that their own step puts into the journal, at the moment from which on they cannot be repeated: after a crash before
 * that, the step before them is done again.
 */
export const WRITTEN_BY_STEP: ReadonlySet<Phase> = new Set<Phase>(["submitting"]);

/** Parts of an open submission that are left, in order, while its job is held. Absent: all is done, or it was not open. */
export const OPEN_PARTS = [
  /** Other runs have to end first. */
  "others",
  /** Results of other runs are to be staged. */
  "results",
  /** The closing object is waited for. */
  "closing",
  /** Its inputs are to be staged. */
  "inputs",
  /** The job is to be released. */
  "release",
  /** It cannot run, as `error` says: the job is to be cancelled. */
  "failed",
] as const;

const record = jobRecordSchema.shape;

const taskOutputSchema = z.object({
  task: z.int().nonnegative(),
  /** stdout, and stderr when that is another file. */
  paths: z.array(z.string()),
});

/** One submission in the journal. */
export const jobEntrySchema = z.object({
  version: z.literal(1),
  prefix: prefixSchema,
  submission: record.submission,
  phase: z.enum(PHASES),
  /** The state last seen or written in the bucket by the agent. */
  state: z.enum(STATES),
  requester: record.requester,
  /** The SSM command that brought the request, as far as SSM tells. */
  commandId: z.string().optional(),
  /** How the request has arrived. */
  arrived: arrivedSchema.optional(),
  /** Keys of its pending markers, which stay until it has ended. */
  markers: z.array(z.string()).optional(),
  slurm: record.slurm,
  stageIn: record.stageIn,
  stageOut: record.stageOut,
  outcome: record.outcome,
  error: record.error,
  times: record.times,
  refused: record.refused,
  sbatchOptions: record.sbatchOptions,
  output: record.output,
  notes: record.notes,
  /** Of an open submission: the part that is left. */
  open: z.enum(OPEN_PARTS).optional(),
  /** The manifest of an open submission names results of other runs. */
  takesResults: z.boolean().optional(),
  /** Arguments of the job script, until Slurm has the job; `long`: they are in the manifest. */
  scriptArguments: z.union([z.array(z.string()), z.literal("long")]).optional(),
  /** While it is waiting, or open for others: what has not come true yet. */
  waitsFor: record.waitsFor,
  /** The record tells what it waits for. */
  isToldToWait: z.boolean().optional(),
  /** The manifest of the submission's inputs; absent: everything under the prefix. */
  manifest: manifestIdSchema.optional(),
  /** The read key of the submission's results. Never in a log, a record or an event. */
  readKey: readKeySchema.optional(),
  /** The board that it is shown on, until its end is told there. Never in a log, a record or an event. */
  board: boardIdSchema.optional(),
  /** The client that submitted knows link objects. */
  keepsLinks: z.boolean().optional(),
  /** The address that is to be told of the end. */
  notify: addressSchema.optional(),
  /** Everything sbatch printed. */
  sbatchOutput: z.string().optional(),
  /** ETag of the FILE_UPLOAD that was accepted. */
  statusEtag: z.string(),
  /**
   * When sbatch was called last; `not sent`: it was not, or did not reach Slurm. Absent while it is submitting: an earlier
   * version has called it, or has not.
   */
  sbatchAt: z.union([z.iso.datetime(), z.literal("not sent")]).optional(),
  /** Since when Slurm says that it does not know a job whose sbatch had no answer. */
  settlingSince: z.iso.datetime().optional(),
  /** JOB_CANCEL was seen. */
  cancelRequested: z.boolean().optional(),
  /** scancel was called. */
  cancelSent: z.boolean().optional(),
  /** When that was last done. */
  cancelSentAt: z.iso.datetime().optional(),
  /** Of an open submission: when its job was released last. */
  releasedAt: z.iso.datetime().optional(),
  /** The sweep has given it up: when it did. What has not begun by then never does. */
  givenUpAt: z.iso.datetime().optional(),
  /** It was given up, and had begun all the same: it goes on to its end. */
  goesOn: z.boolean().optional(),
  /** How often sbatch was called without an answer. */
  unanswered: z.int().nonnegative().optional(),
  /** Of a job array, until its board tells of its end: what is known of its tasks. */
  array: arrayAccountSchema.optional(),
  /** Until Slurm's id is known: the job with this one's comment of whose end the Slurm hook told. */
  hookJob: z.string().optional(),
  /** `code:signal` from the Slurm hook, for when Slurm itself has forgotten the job. */
  hookExit: z.string().optional(),
  /** Slurm's word for that end, as far as the job's own stderr tells: the hook is not told it. */
  hookState: z.enum(STDERR_STATES).optional(),
  /** How often the job had been put back into the queue before the run that `hookExit` tells of. */
  hookRestarts: z.int().nonnegative().optional(),
  /** The job's name when it began: its output files are named after that. */
  jobName: z.string().optional(),
  /** Where Slurm wrote the job's stdout and stderr. */
  outputPaths: z.array(z.string()).optional(),
  /** The same for the tasks of a job array, which Slurm forgets long before the last one ends. */
  taskOutputs: z.array(taskOutputSchema).optional(),
  /** Path and mark of each file that was staged, until the results are returned; absent: in a file of their own. */
  staged: z.array(z.tuple([z.string(), z.string()])).optional(),
  /** The ignore file that was staged, until the results are returned. */
  ignore: z.string().optional(),
  /** The submission's rules for results, until those are returned. */
  results: z
    .object({ only: z.array(z.string()).optional(), not: z.array(z.string()).optional() })
    .optional(),
  /** State changes that EventBridge does not have yet. */
  outbox: z.array(stateChangeSchema),
});
export type JobEntry = z.infer<typeof jobEntrySchema>;

/** Whether a submission waits for other runs to end. */
export function isWaiting({ phase, open }: Pick<JobEntry, "phase" | "open">): boolean {
  return phase === "waiting" || (open === "others" && phase !== "done");
}

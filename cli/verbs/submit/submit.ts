import * as z from "zod";
import { ERROR_CODES } from "../../../protocol/error.ts";
import { fileReasonSchema } from "../../../protocol/record.ts";
import type { Context } from "../../context.ts";
import type { SubmitOptions } from "../../jobs/submit-job.ts";
import { submitJobs, type Told } from "../../jobs/submit-jobs.ts";
import { printResult } from "../../ui/ui.ts";
import type { VerbWork } from "../../verb-work.ts";
import type { submitVerb } from "./description.ts";

const count = z.int().nonnegative();

/** The part that `submit --json` and `run --json` tell of a submission. */
export const submitOutput = z.object({
  prefix: z.string().describe("name of the job in the bucket"),
  submission: z.string().describe("id of this submission"),
  files: count.describe("files uploaded"),
  bytes: count.describe("bytes uploaded"),
  unchanged: count.describe("files that were in the bucket already"),
  named: count.describe("files that were sent before under another prefix, and not again"),
  deleted: count.describe("with --delete: objects that were removed"),
  notes: z.array(fileReasonSchema).describe("what is to be told of files that went up"),
});

const path = z.string().describe("the folder or script, as it was given");

/** One of several that was not submitted. */
const notSubmitted = z.object({
  path,
  exitCode: z.int().describe("what `submit` would end with for it alone"),
  error: z.object({
    code: z.enum(ERROR_CODES),
    message: z.string(),
    skipped: z.array(fileReasonSchema).optional().describe("files that could not be uploaded"),
  }),
  resume: z.string().optional().describe("the command that goes on with it"),
});

/** Output of `submit --json` for each folder or script, when it is submitted. */
export const submitLine = z.union([submitOutput.extend({ path }), notSubmitted]);

/**
 * `submit PATH...`: uploads folders or scripts and asks for their jobs to be run.
 *
 * @returns the exit code: 0, or of several the worst, see exitCodeOfSome
 * @throws CloudSubmitError why a single one was not submitted
 */
export async function submitAndTell(
  context: Context,
  paths: readonly string[],
  options: SubmitOptions,
): Promise<number> {
  return submitJobs(context, paths, options, (told) =>
    printResult(context, submitLine.parse(told), () => lines(context, told)),
  );
}

/** A failure is told as an error. */
function lines({ say }: Context, told: Told): string[] {
  return "error" in told ? [] : [say("submit.done", { prefix: told.prefix })];
}

export const work: VerbWork<typeof submitVerb> = {
  output: submitLine,
  run: async ({ jobs }, { path: paths, sbatchOptions }, flags) =>
    submitAndTell(await jobs(), paths, { ...flags, sbatchOptions }),
};

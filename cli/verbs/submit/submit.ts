import * as z from "zod";
import { fileReasonSchema } from "../../../protocol/record.ts";
import type { Context } from "../../context.ts";
import { type SubmitOptions, submitJob } from "../../jobs/submit-job.ts";
import { printResult } from "../../ui/ui.ts";
import type { VerbWork } from "../../verb-work.ts";
import type { submitVerb } from "./description.ts";

const count = z.int().nonnegative();

/** Output of `submit --json`. */
export const submitOutput = z.object({
  prefix: z.string().describe("name of the job in the bucket"),
  submission: z.string().describe("id of this submission"),
  files: count.describe("files uploaded"),
  bytes: count.describe("bytes uploaded"),
  unchanged: count.describe("files that were in the bucket already"),
  deleted: count.describe("with --delete: objects that were removed"),
  notes: z.array(fileReasonSchema).describe("what is to be told of files that went up"),
});

/** `submit PATH`: uploads the folder or script and asks for the job to be run. */
export async function submitAndTell(
  context: Context,
  path: string,
  options: SubmitOptions,
): Promise<void> {
  const submitted = await submitJob(context, path, options);
  printResult(context, submitOutput.parse(submitted), () => [
    context.say("submit.done", { prefix: submitted.prefix }),
  ]);
}

export const work: VerbWork<typeof submitVerb> = {
  output: submitOutput,
  run: async ({ jobs }, { path, sbatchOptions }, flags) =>
    submitAndTell(await jobs(), path, { ...flags, sbatchOptions }),
};

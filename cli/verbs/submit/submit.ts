import * as z from "zod";
import { makePrefix } from "../../../protocol/prefix.ts";
import type { Context } from "../../context.ts";
import { jobSource, sourceName } from "../../jobs/job-source.ts";
import { type Submitted, submitJob } from "../../jobs/submit-job.ts";
import { formatBytes } from "../../output/format.ts";
import { Progress } from "../../ui/progress.ts";
import { printResult } from "../../ui/ui.ts";

export interface SubmitFlags {
  prefix?: string | undefined;
  /** Remove objects whose files are gone from the folder. */
  delete?: boolean | undefined;
  /** Options for sbatch, as the user wrote them. */
  sbatchOptions?: readonly string[] | undefined;
}

const count = z.int().nonnegative();

/** What `submit --json` prints. */
export const submitOutput = z.object({
  prefix: z.string().describe("name of the job in the bucket"),
  submission: z.string().describe("id of this submission"),
  files: count.describe("files uploaded"),
  bytes: count.describe("bytes uploaded"),
  unchanged: count.describe("files that were in the bucket already"),
  deleted: count.describe("with --delete: objects that were removed"),
});

/** `submit PATH`: uploads the folder or script and asks for the job to be run. */
export async function submitVerb(
  context: Context,
  path: string,
  flags: SubmitFlags,
): Promise<void> {
  const submitted = await submit(context, path, flags);
  printResult(context, submitOutput.parse(submitted), () => [
    context.say("submit.done", { prefix: submitted.prefix }),
  ]);
}

/** The same without the result's line. */
export async function submit(
  context: Context,
  path: string,
  flags: SubmitFlags,
): Promise<Submitted> {
  const { say, interrupt } = context;
  const now = context.now();
  const { kind } = await jobSource(path);
  const prefix = flags.prefix ?? makePrefix(sourceName(path, kind), now, context.random());
  const stamp = now.toISOString().replace(/[-:]|\.\d+/g, "");
  const progress = new Progress(context, say("progress.upload"));
  interrupt.at(() => [say("interrupt.upload", { command: again(path, prefix, flags) })]);
  const submitted = await submitJob(context.store, {
    folder: path,
    prefix,
    submission: `${stamp}-${context.random()}${context.random()}`,
    submitter: context.submitter,
    delete: flags.delete,
    hashCache: context.hashCache,
    machine: context.machine,
    sbatchOptions: flags.sbatchOptions,
    progress: progress.listener,
    onAsk: () => interrupt.at(() => [say("interrupt.asking", { prefix })]),
  });
  progress.end();
  interrupt.at(() => [say("interrupt.wait", { prefix })]);
  const { files, bytes, unchanged, notes } = submitted;
  for (const { path: file, text } of notes) context.err(`${JSON.stringify(file)}: ${text}`);
  const carried = { files, bytes: formatBytes(bytes) };
  context.err(
    unchanged > 0
      ? say("submit.uploadedMore", { ...carried, unchanged })
      : say("submit.uploaded", carried),
  );
  return submitted;
}

/** The command that goes on with an upload: what is in the bucket by then is not sent again. */
function again(path: string, prefix: string, { sbatchOptions = [] }: SubmitFlags): string {
  const words = ["cloud-submit", "submit", path, "--prefix", prefix];
  if (sbatchOptions.length > 0) words.push("--", ...sbatchOptions);
  return words.map((word) => (/^[\w@%+=:,./\\~-]+$/.test(word) ? word : `"${word}"`)).join(" ");
}

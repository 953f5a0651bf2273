import { basename, resolve } from "node:path";
import { makePrefix } from "../../protocol/prefix.ts";
import type { Context } from "../context.ts";
import { formatBytes } from "../format.ts";
import { type Submitted, submitJob } from "../submit-job.ts";

export interface SubmitFlags {
  prefix?: string | undefined;
  /** Options for sbatch, as the user wrote them. */
  sbatchOptions?: readonly string[] | undefined;
}

/** `submit DIR`: uploads the folder and asks for the job to be run. */
export async function submit(
  context: Context,
  folder: string,
  flags: SubmitFlags,
): Promise<Submitted> {
  const now = context.now();
  const prefix = flags.prefix ?? makePrefix(basename(resolve(folder)), now, context.random());
  const stamp = now.toISOString().replace(/[-:]|\.\d+/g, "");
  const submitted = await submitJob(context.store, {
    folder,
    prefix,
    submission: `${stamp}-${context.random()}${context.random()}`,
    submitter: context.submitter,
    hashCache: context.hashCache,
    sbatchOptions: flags.sbatchOptions,
  });
  const { files, bytes, unchanged, notes } = submitted;
  for (const { path, text } of notes) context.err(`${JSON.stringify(path)}: ${text}`);
  const same = unchanged > 0 ? `, ${unchanged} already there` : "";
  context.err(`uploaded ${files} files, ${formatBytes(bytes)}${same}`);
  context.out(`Submitted ${prefix}`);
  return submitted;
}

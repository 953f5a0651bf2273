import type { JobRecord } from "../../protocol/record.ts";
import type { Context } from "../context.ts";
import { fetchJob } from "./fetch.ts";
import { type SubmitFlags, submit } from "./submit.ts";
import { wait } from "./wait.ts";

export interface RunFlags extends SubmitFlags {
  timeout?: number | undefined;
  /** Where the results go; undefined: into the folder itself. */
  to?: string | undefined;
}

/** `run DIR`: submits, waits and fetches what the job made or changed, however it ended. */
export async function run(
  context: Context,
  folder: string,
  flags: RunFlags,
  onSubmitted: (prefix: string) => void,
): Promise<JobRecord> {
  const { prefix, submission, etags } = await submit(context, folder, flags);
  onSubmitted(prefix);
  const record = await wait(context, prefix, { timeout: flags.timeout, submission });
  const known = flags.to === undefined ? etags : undefined;
  await fetchJob(context, prefix, { to: flags.to ?? folder, known });
  return record;
}

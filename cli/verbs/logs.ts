import type { JobRecord } from "../../protocol/record.ts";
import type { Context } from "../context.ts";
import { followOutput } from "../follow-output.ts";

export interface LogsFlags {
  /** Go on until the job has ended. */
  follow?: boolean | undefined;
  /** stderr instead of stdout. */
  err?: boolean | undefined;
  /** Job arrays: id of the task. */
  task?: number | undefined;
}

/**
 * `logs PREFIX`: what a job has printed so far, or with `--follow` also what it goes on to print.
 *
 * @returns the record of a job that has ended
 */
export function logs(
  context: Context,
  prefix: string,
  flags: LogsFlags,
): Promise<JobRecord | undefined> {
  return followOutput(context.store, prefix, {
    stream: flags.err ? "stderr" : "stdout",
    task: flags.task,
    follow: flags.follow ?? false,
    write: (bytes) => context.write(bytes),
    note: (line) => context.err(line),
    sleep: context.sleep,
  });
}

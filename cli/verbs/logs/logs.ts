import * as z from "zod";
import type { JobRecord } from "../../../protocol/record.ts";
import type { Context } from "../../context.ts";
import { EXIT } from "../../errors/exit-code.ts";
import { followOutput } from "../../output/follow-output.ts";

export interface LogsFlags {
  /** Go on until the job has ended. */
  follow?: boolean | undefined;
  /** stderr instead of stdout. */
  err?: boolean | undefined;
  /** Job arrays: id of the task. */
  task?: number | undefined;
}

/** What `logs --json` prints for each piece of output. */
export const logsOutput = z.object({
  prefix: z.string(),
  stream: z.enum(["stdout", "stderr"]),
  task: z.int().nonnegative().optional().describe("job arrays: id of the task"),
  text: z.string().describe("what the job printed next; not divided at lines"),
});

/**
 * `logs PREFIX`, with its exit code: JOB_ERROR has no output to show.
 *
 * @returns the exit code
 */
export async function logsVerb(
  context: Context,
  prefix: string,
  flags: LogsFlags,
): Promise<number> {
  context.interrupt.at(() => [context.say("interrupt.logs", { prefix })]);
  const record = await logs(context, prefix, flags);
  return record?.state === "JOB_ERROR" ? EXIT.jobError : EXIT.ok;
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
  const stream = flags.err ? "stderr" : "stdout";
  // Characters may lie across two pieces.
  const decoder = new TextDecoder();
  const asJson = async (bytes: Uint8Array) => {
    const text = decoder.decode(bytes, { stream: true });
    if (text !== "") context.out(JSON.stringify({ prefix, stream, task: flags.task, text }));
  };
  return followOutput(context.store, prefix, {
    stream,
    task: flags.task,
    follow: flags.follow ?? false,
    write: context.json ? asJson : (bytes) => context.write(bytes),
    note: (line) => context.err(line),
    say: context.say,
    sleep: context.sleep,
  });
}

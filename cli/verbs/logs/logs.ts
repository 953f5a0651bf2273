import * as z from "zod";
import type { JobRecord } from "../../../protocol/record.ts";
import type { Context } from "../../context.ts";
import { EXIT } from "../../errors/exit-code.ts";
import { commandLine } from "../../output/command-line.ts";
import { followOutput } from "../../output/follow-output.ts";
import type { FlagsOf } from "../../verb.ts";
import type { VerbWork } from "../../verb-work.ts";
import { logsVerb } from "./description.ts";

type LogsFlags = FlagsOf<typeof logsVerb>;

/** Output of `logs --json` for each piece of the job's output. */
export const logsOutput = z.object({
  prefix: z.string(),
  stream: z.enum(["stdout", "stderr"]),
  task: z.int().nonnegative().optional().describe("job arrays: id of the task"),
  text: z.string().describe("what the job printed next; not divided at lines"),
});

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
    patience: context.patience,
    sleep: context.sleep,
  });
}

export const work: VerbWork<typeof logsVerb> = {
  output: logsOutput,
  run: async ({ jobs }, { prefix }, flags) => {
    const context = await jobs();
    if (flags.follow)
      context.interrupt.at({
        command: commandLine(context.given, logsVerb, { prefix }, flags),
        line: (say, command) => say("interrupt.logs", { command }),
      });
    const record = await logs(context, prefix, flags);
    // JOB_ERROR has no output to show.
    return record?.state === "JOB_ERROR" ? EXIT.jobError : EXIT.ok;
  },
};

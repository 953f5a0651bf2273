import * as z from "zod";
import { ERROR_CODES } from "../../../protocol/error.ts";
import { jobRecordSchema } from "../../../protocol/record.ts";
import type { Context } from "../../context.ts";
import { CommandError } from "../../errors/command-error.ts";
import { exitCodeOfAll, exitCodeOfOne } from "../../errors/exit-code.ts";
import { reportError } from "../../errors/report-error.ts";
import { type Ended, waitForJobs } from "../../jobs/wait-for-jobs.ts";
import { verdict } from "../../output/verdict.ts";
import type { FlagsOf } from "../../verb.ts";
import type { VerbWork } from "../../verb-work.ts";
import type { waitVerb } from "./description.ts";

/** Output of `wait --json` for each job, as it ends. */
export const waitOutput = z.object({
  prefix: z.string(),
  exitCode: z.int().describe("what `wait` would end with for this job alone"),
  record: jobRecordSchema.nullable().describe("null: see error"),
  error: z.object({ code: z.enum(ERROR_CODES), message: z.string() }).optional(),
});

/**
 * `wait PREFIX...`: shows each state until the jobs have ended; the exit code tells how.
 *
 * @returns the exit code: the worst of all, or with `any` that of the job that ended first
 */
export async function wait(
  context: Context,
  prefixes: readonly string[],
  flags: FlagsOf<typeof waitVerb>,
): Promise<number> {
  const { say, json } = context;
  if (flags.any && flags.all)
    throw new CommandError("usage", (told) =>
      told("problem.notBoth", { one: "--any", other: "--all" }),
    );
  const jobs = [...new Set(prefixes)];
  context.interrupt.at(() => [say("interrupt.wait", { prefix: jobs.join(" ") })]);
  const ended = await waitForJobs(context, jobs, {
    any: flags.any ?? false,
    timeoutMs: flags.timeout === undefined ? undefined : flags.timeout * 1000,
    onEnd: (one) => {
      if (json) context.out(JSON.stringify(asJson(one)));
      else if (one.record) context.out(verdict(say, one.record));
      // A single job's error ends the program and is said there.
      else if (jobs.length > 1)
        reportError(one.error, say, { json, write: (line) => context.error(line) });
    },
  });
  const [only] = ended;
  if (jobs.length === 1 && only?.error) {
    if (json) return exitCodeOfOne(only);
    throw only.error;
  }
  const first = flags.any ? ended.find(({ record }) => record) : undefined;
  return first ? exitCodeOfOne(first) : exitCodeOfAll(ended);
}

/** A job's end as --json tells it. */
export function asJson(ended: Ended): z.infer<typeof waitOutput> {
  const { prefix, record, error } = ended;
  return {
    prefix,
    exitCode: exitCodeOfOne(ended),
    record: record ?? null,
    ...(error && { error: { code: error.code, message: error.message } }),
  };
}

export const work: VerbWork<typeof waitVerb> = {
  output: waitOutput,
  run: async ({ jobs }, { prefix }, flags) => wait(await jobs(), prefix, flags),
};

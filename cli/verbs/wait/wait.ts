import * as z from "zod";
import { ERROR_CODES } from "../../../protocol/error.ts";
import { jobRecordSchema } from "../../../protocol/record.ts";
import type { Context } from "../../context.ts";
import { CommandError } from "../../errors/command-error.ts";
import { exitCodeOfAll, exitCodeOfOne } from "../../errors/exit-code.ts";
import { goesOn, reportError } from "../../errors/report-error.ts";
import type { GlobalFlags } from "../../global-flags.ts";
import { OnEnd } from "../../jobs/on-end.ts";
import { type Ended, waitForJobs } from "../../jobs/wait-for-jobs.ts";
import { waitOn } from "../../jobs/wait-on.ts";
import { verdict } from "../../output/verdict.ts";
import { wayOnLine } from "../../ui/way-on.ts";
import type { FlagsOf } from "../../verb.ts";
import type { VerbWork } from "../../verb-work.ts";
import type { waitVerb } from "./description.ts";

/** Output of `wait --json` for each job, as it ends. */
export const waitOutput = z.object({
  prefix: z.string(),
  exitCode: z.int().describe("what `wait` would end with for this job alone"),
  record: jobRecordSchema.nullable().describe("null: see error"),
  error: z.object({ code: z.enum(ERROR_CODES), message: z.string() }).optional(),
  resume: z.string().optional().describe("with an error: the command that waits again"),
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
  const onEnd = new OnEnd(context, flags.onEnd);
  /** Those that can be waited for again. */
  const left = new Set(jobs);
  const { interrupt, given } = context;
  const noteLeft = () =>
    interrupt.at(left.size === 0 ? undefined : waitOn(given, [...left], flags));
  noteLeft();
  const ended = await waitForJobs(context, jobs, {
    any: flags.any ?? false,
    timeoutMs: flags.timeout === undefined ? undefined : flags.timeout * 1000,
    onEnd: (one) => {
      if (!one.error || !goesOn(one.error)) left.delete(one.prefix);
      noteLeft();
      if (one.record) onEnd.add(one.record);
      if (json) context.out(JSON.stringify(asJson(one, given)));
      else if (one.record) context.out(verdict(say, one.record));
      // A single job's error ends the program and is said there.
      else if (jobs.length > 1)
        reportError(one.error, say, { json, write: (line) => context.error(line) });
    },
  });
  await onEnd.done();
  const [only] = ended;
  if (jobs.length === 1 && only?.error) {
    if (json) return exitCodeOfOne(only);
    throw only.error;
  }
  const first = flags.any ? ended.find(({ record }) => record) : undefined;
  const failed = first ? undefined : ended.find(({ error }) => error && goesOn(error))?.error;
  if (failed && interrupt.wayOn && !json)
    context.error(wayOnLine(say, interrupt.wayOn, failed.code));
  return first ? exitCodeOfOne(first) : exitCodeOfAll(ended);
}

/** A job's end as --json tells it. */
export function asJson(ended: Ended, given: GlobalFlags): z.infer<typeof waitOutput> {
  const { prefix, record, error } = ended;
  return {
    prefix,
    exitCode: exitCodeOfOne(ended),
    record: record ?? null,
    ...(error && { error: { code: error.code, message: error.message } }),
    ...(error && goesOn(error) && { resume: waitOn(given, [prefix]).command }),
  };
}

export const work: VerbWork<typeof waitVerb> = {
  output: waitOutput,
  run: async ({ jobs }, { prefix }, flags) => wait(await jobs(), prefix, flags),
};

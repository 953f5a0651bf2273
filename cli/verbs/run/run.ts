import * as z from "zod";
import { jobRecordSchema } from "../../../protocol/record.ts";
import type { Context } from "../../context.ts";
import { EXIT, exitCodeOf } from "../../errors/exit-code.ts";
import { jobSource, resultsFolder } from "../../jobs/job-source.ts";
import { OnEnd } from "../../jobs/on-end.ts";
import { checkResultsFolder } from "../../jobs/results-folder.ts";
import { type SubmitOptions, submitJob } from "../../jobs/submit-job.ts";
import { waitForJobs } from "../../jobs/wait-for-jobs.ts";
import { waitOn } from "../../jobs/wait-on.ts";
import { commandLine } from "../../output/command-line.ts";
import { verdict } from "../../output/verdict.ts";
import type { WayOn } from "../../ui/way-on.ts";
import type { FlagsOf } from "../../verb.ts";
import type { VerbWork } from "../../verb-work.ts";
import { cancelVerb } from "../cancel/description.ts";
import { fetchVerb } from "../fetch/description.ts";
import { fetchedLine, fetchJob, fetchOutput, skippedError } from "../fetch/fetch.ts";
import { submitOutput } from "../submit/submit.ts";
import { runVerb } from "./description.ts";

type RunFlags = FlagsOf<typeof runVerb> & SubmitOptions;

/** Output of `run --json`, when the job has ended. */
export const runOutput = z.object({
  submitted: submitOutput,
  exitCode: z.int().describe("of this command"),
  record: jobRecordSchema.describe("the job record"),
  fetched: fetchOutput,
});

/**
 * `run PATH`: submits, waits and fetches what the job made or changed, however it ended.
 *
 * @returns the exit code
 */
export async function run(context: Context, path: string, flags: RunFlags): Promise<number> {
  const { say, json, given } = context;
  const { kind } = await jobSource(path);
  const into = {
    path: flags.to ?? resultsFolder(path, kind),
    named: flags.to !== undefined || kind === "folder",
  };
  await checkResultsFolder(context, into);
  const { etags, ...rest } = await submitJob(context, path, flags, { verb: runVerb, flags });
  const submitted = submitOutput.parse(rest);
  const { prefix, submission } = submitted;
  if (!json) context.out(say("submit.done", { prefix }));
  const { overwrite } = flags;
  context.interrupt.at(runOn(given, prefix, { to: into.path, overwrite }, flags.onEnd));
  const [ended] = await waitForJobs(context, [prefix], {
    any: false,
    submission,
    timeoutMs: flags.timeout === undefined ? undefined : flags.timeout * 1000,
    onEnd: ({ record }) => {
      if (record && !json) context.out(verdict(say, record));
    },
  });
  if (!ended?.record) throw ended?.error ?? new Error("the waiting had no end");
  const { record } = ended;
  const onEnd = new OnEnd(context, flags.onEnd);
  const known = kind === "folder" && flags.to === undefined ? etags : undefined;
  const fetched = await fetchJob(context, prefix, record, {
    into: { ...into, sentAs: undefined },
    known,
    overwrite,
  }).finally(() => {
    // The results are here, or what is wrong with them is told.
    onEnd.add(record);
    return onEnd.done();
  });
  const exitCode = exitCodeOf(record) || (fetched.skippedCount > 0 ? EXIT.transfer : EXIT.ok);
  if (json) context.out(JSON.stringify({ submitted, exitCode, record, fetched }));
  else context.out(fetchedLine(context, fetched));
  if (fetched.skippedCount > 0) throw skippedError(fetched);
  return exitCode;
}

/** How to go on with the waiting, and with what comes after. */
function runOn(
  given: Context["given"],
  prefix: string,
  fetching: FlagsOf<typeof fetchVerb>,
  onEnd: string | undefined,
): WayOn {
  const wait = waitOn(given, [prefix], { onEnd }).command;
  const cancel = commandLine(given, cancelVerb, { prefix: [prefix] });
  return {
    // Results come back however the job ends.
    command: `${wait}; ${commandLine(given, fetchVerb, { prefix: [prefix] }, fetching)}`,
    line: (say, command) => say("interrupt.run", { command, cancel }),
  };
}

export const work: VerbWork<typeof runVerb> = {
  output: runOutput,
  run: async ({ jobs }, { path, sbatchOptions }, flags) =>
    run(await jobs(), path, { ...flags, sbatchOptions }),
};

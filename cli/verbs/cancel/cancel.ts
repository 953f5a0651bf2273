import * as z from "zod";
import { writeStatus } from "../../../bucket/job-objects/status.ts";
import { submitterMetadata } from "../../../protocol/requester.ts";
import { STATES, type State } from "../../../protocol/state.ts";
import { CANCELS_METADATA } from "../../../protocol/submission.ts";
import type { Context } from "../../context.ts";
import { EXIT, exitCodeOfOne, worstOf } from "../../errors/exit-code.ts";
import { reportError } from "../../errors/report-error.ts";
import { eachJob, JOBS_AT_ONCE } from "../../jobs/each-job.ts";
import { jobStatus } from "../../jobs/job-status.ts";
import { waitForJobs } from "../../jobs/wait-for-jobs.ts";
import { waitOn } from "../../jobs/wait-on.ts";
import { verdict } from "../../output/verdict.ts";
import type { FlagsOf } from "../../verb.ts";
import type { VerbWork } from "../../verb-work.ts";
import type { cancelVerb } from "./description.ts";

/** Output of `cancel --json` for each job. */
export const cancelOutput = z.object({
  prefix: z.string(),
  requested: z.boolean().describe("false: it had ended, or was being cancelled, already"),
  state: z.enum(STATES).nullable().describe("the state in which it was found"),
});

const ACTIVE: ReadonlySet<State | undefined> = new Set(["FILE_UPLOAD", "JOB_SUBMIT"]);

/**
 * `cancel PREFIX...`: asks for active jobs to be cancelled; those that have ended stay as they are.
 *
 * @returns the exit code: with `wait`, 0 when every job has ended, however, and else the worst. The others are waited
 * for also where one cannot be asked for
 * @throws CloudSubmitError `no-such-job` of a single one; of several it is told, and the others are asked for
 */
export async function cancel(
  context: Context,
  prefixes: readonly string[],
  flags: FlagsOf<typeof cancelVerb>,
): Promise<number> {
  const { json, say } = context;
  const jobs = [...new Set(prefixes)];
  const isGoing = new Set<string>();
  const exitCode = await eachJob(context, jobs, JOBS_AT_ONCE, async (own, prefix) => {
    if (await cancelOne(own, prefix)) isGoing.add(prefix);
  });
  const going = jobs.filter((prefix) => isGoing.has(prefix));
  if (!flags.wait || going.length === 0) return exitCode;
  context.interrupt.at(waitOn(context.given, going));
  const ended = await waitForJobs(context, going, {
    any: false,
    timeoutMs: flags.timeout === undefined ? undefined : flags.timeout * 1000,
    onEnd: ({ record }) => {
      if (record && !json) context.out(verdict(say, record));
    },
  });
  const failed = ended.find(({ error }) => error);
  if (failed?.error && jobs.length === 1) throw failed.error;
  for (const { error } of ended)
    if (error) reportError(error, say, { json, write: (line) => context.error(line) });
  return worstOf([exitCode, ...ended.map((one) => (one.error ? exitCodeOfOne(one) : EXIT.ok))]);
}

/** @returns whether its end is to come: it was asked for, now or before */
async function cancelOne(context: Context, prefix: string): Promise<boolean> {
  const { say, json } = context;
  const { requested, state } = await askToCancel(context, prefix);
  if (json) context.out(JSON.stringify({ prefix, requested, state: state ?? null }));
  else if (requested) context.out(say("cancel.asked", { prefix }));
  else if (state === "JOB_CANCEL") context.out(say("cancel.already", { prefix }));
  else context.out(say("cancel.ended", { prefix, state: state ?? say("status.unknown") }));
  return requested || state === "JOB_CANCEL";
}

/** Writes JOB_CANCEL, but never over a state that came since it was read. */
async function askToCancel(
  { store, submitter }: Context,
  prefix: string,
): Promise<{ requested: boolean; state: State | undefined }> {
  for (;;) {
    const { state, etag, submission } = await jobStatus(store, prefix);
    if (!ACTIVE.has(state)) return { requested: false, state };
    const metadata = {
      ...submitterMetadata(submitter),
      // The status object told who asks for what, and tells it no more.
      ...(state === "FILE_UPLOAD" && { [CANCELS_METADATA]: submission }),
    };
    const options = { metadata, ifMatch: etag };
    if (await writeStatus(store, prefix, "JOB_CANCEL", options)) return { requested: true, state };
  }
}

export const work: VerbWork<typeof cancelVerb> = {
  output: cancelOutput,
  run: async ({ jobs }, { prefix }, flags) => cancel(await jobs(), prefix, flags),
};

import { readStatus } from "../../../bucket/job-objects/status.ts";
import type { Context } from "../../context.ts";
import { isDenied } from "../../errors/aws-error.ts";
import { wordsOf } from "../../errors/command-error.ts";
import { missingRight } from "../../errors/denied-words.ts";
import { submitJob } from "../../jobs/submit-job.ts";
import { waitForJobs } from "../../jobs/wait-for-jobs.ts";
import { shellWords } from "../../output/shell-words.ts";
import { formatDuration } from "../../ui/duration.ts";
import { LiveLine } from "../../ui/live-line.ts";
import type { Check } from "./check.ts";
import type { DoctorContext } from "./context.ts";
import { type Finding, problem } from "./problem.ts";

/** Checks that the job depends on; with one of these broken it could only fail, and leave objects behind. */
const NEEDS: ReadonlySet<Check["name"]> = new Set(["bucket", "events", "objects", "agent"]);

/** Whether the job has a chance, as far as the checks before it tell. */
export function mayRunJob(found: readonly Check[]): boolean {
  return !found.some(({ name, verdict }) => verdict === "broken" && NEEDS.has(name));
}

const name = "job";

/** Sends a job that does nothing the whole way, and tells how long each part of it took, and what it has left. */
export async function checkJob(
  context: DoctorContext,
  jobs: Context,
  prefix: string,
  timeoutMs: number,
): Promise<Finding[]> {
  const { say } = context;
  try {
    // Everything below it goes afterwards.
    for await (const _ of jobs.store.list(`${prefix}/`)) {
      const fix = say("doctor.jobPrefixFix");
      return [{ name, verdict: "unknown", detail: say("doctor.jobPrefix", { prefix }), fix }];
    }
  } catch (error) {
    return [{ name, verdict: "broken", ...problem(say, error, say("doctor.bucketDenied")) }];
  }
  const job = await runJob(context, jobs, prefix, timeoutMs);
  return [job, ...(await removeJob(context, jobs, prefix))];
}

async function runJob(
  context: DoctorContext,
  jobs: Context,
  prefix: string,
  timeoutMs: number,
): Promise<Finding> {
  const { say } = context;
  const quiet: Context = {
    ...jobs,
    err: () => undefined,
    live: new LiveLine({ write: () => undefined }, false),
    interrupt: { ...jobs.interrupt, at: () => undefined },
  };
  const began = context.now().getTime();
  try {
    const { submission } = await context.withNullJob((folder) =>
      submitJob(quiet, folder, { prefix }),
    );
    const [ended] = await waitForJobs(quiet, [prefix], {
      any: false,
      timeoutMs,
      submission,
      onEnd: () => undefined,
    });
    const total = formatDuration(context.now().getTime() - began);
    if (!ended?.record)
      return {
        name,
        verdict: "broken",
        detail: ended ? wordsOf(say, ended.error) : "",
        fix: say("doctor.jobFix", { prefix }),
      };
    const { outcome, times, error } = ended.record;
    const steps = Object.entries(times)
      .filter((entry): entry is [string, string] => entry[1] !== undefined)
      .map(([step, time]) => ({ step, ms: Date.parse(time) }))
      .toSorted((a, b) => a.ms - b.ms);
    const parts = steps
      .slice(1)
      .map(({ step, ms }, at) => `${step} +${((ms - (steps[at]?.ms ?? ms)) / 1000).toFixed(1)}s`);
    const detail = say("doctor.jobDone", {
      outcome: outcome ?? "?",
      total,
      steps: parts.join(", "),
    });
    if (outcome === "completed") return { name, verdict: "ok", detail };
    return {
      name,
      verdict: "broken",
      detail: error ? `${detail}: ${wordsOf(say, error)}` : detail,
      fix: say("doctor.jobFix", { prefix }),
    };
  } catch (error) {
    const actions = isDenied(error) ? missingRight(error as Error) : undefined;
    const fix = actions === undefined ? undefined : say("doctor.actionsFix", { actions, prefix });
    return { name, verdict: "broken", ...problem(say, error, fix) };
  }
}

/** States in which the cloud may still be at work below the prefix. */
const ACTIVE = new Set(["FILE_UPLOAD", "JOB_SUBMIT", "JOB_CANCEL"]);

/** Removes what the job has left. @returns how to do so where it could not, or the job may still be at work there */
async function removeJob(
  { say }: DoctorContext,
  { store, bucket }: Context,
  prefix: string,
): Promise<Check[]> {
  let isActive = false;
  try {
    isActive = ACTIVE.has((await readStatus(store, prefix))?.state ?? "");
    const keys: string[] = [];
    for await (const { key } of store.list(`${prefix}/`)) keys.push(key);
    if (!isActive) for (const key of keys) await store.delete(key);
    if (!isActive || keys.length === 0) return [];
  } catch {
    // Told below.
  }
  const fix = shellWords(["aws", "s3", "rm", "--recursive", `s3://${bucket}/${prefix}/`]);
  const detail = isActive
    ? say("doctor.jobLeftovers", { prefix, fix })
    : say("doctor.leftovers", { fix });
  return [{ name: "leftovers", verdict: "warning", detail }];
}

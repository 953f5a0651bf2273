import { readStatus } from "../../../bucket/job-objects/status.ts";
import { isAlive } from "../../../protocol/heartbeat.ts";
import type { Context } from "../../context.ts";
import { awsError } from "../../errors/aws-error.ts";
import { wordsOf } from "../../errors/command-error.ts";
import type { agentHeartbeat } from "../../jobs/agent-heartbeat.ts";
import { submitJob } from "../../jobs/submit-job.ts";
import { waitForJobs } from "../../jobs/wait-for-jobs.ts";
import { formatDuration } from "../../ui/duration.ts";
import { LiveLine } from "../../ui/live-line.ts";
import type { Check } from "./check.ts";
import type { DoctorContext } from "./context.ts";

/** Below this, how a job ended is forgotten while the agent is started anew. */
const MIN_JOB_AGE_SECONDS = 60;

/**
 * Whether the agent on the Head Node is up, and of this version.
 *
 * @param isDeep also how Slurm is configured, as far as the agent tells
 */
export async function checkAgent(
  context: DoctorContext,
  asked: ReturnType<typeof agentHeartbeat>,
  isDeep: boolean,
): Promise<Check> {
  const { say, now } = context;
  const name = "agent";
  try {
    const heartbeat = await asked;
    if (heartbeat === "denied")
      return { name, verdict: "unknown", detail: say("doctor.agentDenied") };
    const fix = say("doctor.agentFix");
    if (!heartbeat) return { name, verdict: "broken", detail: say("explain.agentNever"), fix };
    const ago = formatDuration(now().getTime() - Date.parse(heartbeat.time));
    const { host, version, slurm } = heartbeat;
    if (!isAlive(heartbeat, now()))
      return { name, verdict: "broken", detail: say("explain.agentDead", { ago }), fix };
    if (slurm.state !== "ok")
      return {
        name,
        verdict: "broken",
        detail: say("explain.slurmDown", { detail: slurm.detail ?? "" }),
        fix: say("doctor.slurmFix"),
      };
    const detail = say("doctor.agentOk", { host, version, ago });
    const seconds = slurm.minJobAgeSeconds;
    // 0: it forgets none.
    if (isDeep && seconds !== undefined && seconds > 0 && seconds < MIN_JOB_AGE_SECONDS)
      return {
        name,
        verdict: "warning",
        detail: `${detail}; ${say("doctor.minJobAge", { seconds })}`,
        fix: say("doctor.minJobAgeFix"),
      };
    if (version === context.version) return { name, verdict: "ok", detail };
    return {
      name,
      verdict: "warning",
      detail: `${detail}; ${say("doctor.versionDiffers", { version: context.version })}`,
      fix: say("doctor.versionFix"),
    };
  } catch (error) {
    return { name, verdict: "broken", detail: wordsOf(say, awsError(error)) };
  }
}

/** Sends a job that does nothing the whole way, and tells how long each part of it took. */
export async function checkJob(
  context: DoctorContext,
  jobs: Context,
  prefix: string,
  timeoutMs: number,
): Promise<Check> {
  const { say } = context;
  const name = "job";
  const quiet: Context = {
    ...jobs,
    err: () => undefined,
    live: new LiveLine({ write: () => undefined }, false),
    interrupt: { ...jobs.interrupt, at: () => undefined },
  };
  const began = context.now().getTime();
  let isOurs = false;
  try {
    // Everything below it goes afterwards.
    for await (const _ of jobs.store.list(`${prefix}/`)) {
      const fix = say("doctor.jobPrefixFix");
      return { name, verdict: "unknown", detail: say("doctor.jobPrefix", { prefix }), fix };
    }
    isOurs = true;
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
    return { name, verdict: "broken", detail: wordsOf(say, awsError(error)) };
  } finally {
    if (isOurs) await removeJob(jobs, prefix);
  }
}

/** Removes what the job has left, unless it may still be at work there. Best effort. */
async function removeJob({ store }: Context, prefix: string): Promise<void> {
  try {
    const state = (await readStatus(store, prefix))?.state;
    if (state === "FILE_UPLOAD" || state === "JOB_SUBMIT" || state === "JOB_CANCEL") return;
    const keys: string[] = [];
    for await (const { key } of store.list(`${prefix}/`)) keys.push(key);
    for (const key of keys) await store.delete(key);
  } catch {
    // A few small objects stay.
  }
}

import type { S3LogLine } from "../../local/faults/s3-proxy.ts";
import { RECORD_FILE } from "../../protocol/objects.ts";
import { parseRecord } from "../../protocol/record.ts";
import { percentile } from "../statistics.ts";
import { prefixesOf, runJobs, type Seen, uploadJob } from "./jobs.ts";
import type { MeasuredCloud } from "./measured-cloud.ts";

/** The steps of a job's way, in order; those with a star are emulated here. */
export const STEPS = [
  "event → dispatch *",
  "dispatch → command sent",
  "SSM command *",
  "spool → taken",
  "stage in",
  "sbatch",
  "JOB_SUBMIT written",
  "Slurm queue and job",
  "job's end → noticed",
  "results sent",
  "JOB_COMPLETE written",
] as const;
export type StepName = (typeof STEPS)[number];

/** Milliseconds of one job. */
export interface JobTimes {
  steps: Record<StepName, number>;
  /** From FILE_UPLOAD in the bucket to JOB_SUBMIT there. */
  toSubmit: number;
  /** From the request in the spool to sbatch's answer, without the transfer. */
  spoolToSbatch: number;
  /** From the job's last line to JOB_COMPLETE in the bucket. */
  toComplete: number;
}

export interface Percentiles {
  p50: number;
  p95: number;
  p99: number;
}

export interface LatencyResults {
  jobs: number;
  toSubmit: Percentiles;
  spoolToSbatch: Percentiles;
  toComplete: Percentiles;
  steps: Record<StepName, Percentiles>;
}

/** Runs jobs one after the other, and takes their times apart. */
export async function latency(cloud: MeasuredCloud, jobs: number): Promise<LatencyResults> {
  const times: JobTimes[] = [];
  for (const prefix of prefixesOf("latency", jobs)) {
    cloud.forget();
    await uploadJob(cloud, prefix);
    const seen = await runJobs(cloud, [prefix], { quietMs: 200, timeoutMs: 60_000 });
    times.push(await jobTimes(cloud, prefix, seen));
  }
  return summary(times);
}

/** Takes one job's way apart, from the logs and the record. */
export async function jobTimes(
  cloud: MeasuredCloud,
  prefix: string,
  seen: Seen,
): Promise<JobTimes> {
  const record = parseRecord(await cloud.get(`${prefix}/${RECORD_FILE}`));
  const at = (name: keyof NonNullable<typeof record>["times"]) => {
    const time = record?.times[name];
    if (time === undefined) throw new Error(`${prefix}: the record has no time "${name}"`);
    return Date.parse(time);
  };
  const own = seen.s3.filter(({ key }) => key.startsWith(`${prefix}/`));
  const command = seen.ssm.find(({ parameters }) => parameters["Prefix"]?.[0] === prefix);
  const dispatch = own.find(({ side }) => side === "functions");
  const submitted = stateWritten(own, "JOB_SUBMIT");
  const completed = stateWritten(own, "JOB_COMPLETE");
  const asked = seen.asked.get(prefix);
  const lastLine = Number(await cloud.get(`${prefix}/ended-at.txt`)) * 1000;
  if (!command || !dispatch || !submitted || !completed || asked === undefined)
    throw new Error(`${prefix}: a step is missing in the logs`);
  const requested = Date.parse(command.requestedAt);
  const delivered = Date.parse(command.endedAt);
  const steps: Record<StepName, number> = {
    "event → dispatch *": dispatch.from - asked,
    "dispatch → command sent": requested - dispatch.from,
    "SSM command *": delivered - requested,
    "spool → taken": at("accepted") - delivered,
    "stage in": at("staged") - at("accepted"),
    sbatch: at("submitted") - at("staged"),
    "JOB_SUBMIT written": submitted.to - at("submitted"),
    "Slurm queue and job": lastLine - at("submitted"),
    "job's end → noticed": at("ended") - lastLine,
    "results sent": at("returned") - at("ended"),
    "JOB_COMPLETE written": completed.to - at("returned"),
  };
  return {
    steps,
    toSubmit: submitted.to - asked,
    spoolToSbatch: steps["spool → taken"] + steps.sbatch,
    toComplete: completed.to - lastLine,
  };
}

function stateWritten(lines: readonly S3LogLine[], state: string): S3LogLine | undefined {
  return lines.find(({ status }) => status === state);
}

/** Percentiles of each step over some jobs. */
export function summary(times: readonly JobTimes[]): LatencyResults {
  const of = (value: (each: JobTimes) => number) => percentiles(times.map(value));
  return {
    jobs: times.length,
    toSubmit: of(({ toSubmit }) => toSubmit),
    spoolToSbatch: of(({ spoolToSbatch }) => spoolToSbatch),
    toComplete: of(({ toComplete }) => toComplete),
    steps: Object.fromEntries(
      STEPS.map((step) => [step, of(({ steps }) => steps[step])]),
    ) as Record<StepName, Percentiles>,
  };
}

function percentiles(values: readonly number[]): Percentiles {
  const at = (percent: number) => Math.max(0, percentile(values, percent));
  return { p50: at(50), p95: at(95), p99: at(99) };
}

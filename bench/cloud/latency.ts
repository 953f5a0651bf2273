import { setTimeout as sleep } from "node:timers/promises";
import type { S3LogLine } from "../../local/faults/s3-proxy.ts";
import { pendingFolder } from "../../protocol/marker.ts";
import { RECORD_FILE } from "../../protocol/objects.ts";
import { parseRecord } from "../../protocol/record.ts";
import { percentile, type Spread, spread } from "../statistics.ts";
import { costs, type JobCosts } from "./counts.ts";
import { prefixesOf, runJobs, type Seen, uploadJob } from "./jobs.ts";
import type { MeasuredCloud } from "./measured-cloud.ts";

/** The steps of a job's way, in order; those with a star are emulated here. */
export const STEPS = [
  "event → dispatch *",
  "dispatch → pending",
  "pending → taken *",
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
  /** From the request in the spool to sbatch's answer, without the transfer; of one that had an SSM command of its own. */
  spoolToSbatch: number | undefined;
  /** Milliseconds that its own SSM command took; undefined: another's brought it in. */
  command: number | undefined;
  /** When the agent had it, milliseconds since the epoch. */
  taken: number;
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
  /** Of those that had one. */
  command: Percentiles;
  steps: Record<StepName, Percentiles>;
}

/** Jobs one after the other, and what each of them cost. */
export interface AloneResults extends LatencyResults {
  ssmCommands: Spread;
  /** Beside sbatch. */
  slurmCommands: Spread;
  /** Looks included. */
  controlRequests: Spread;
}

/** Jobs that nobody else's is near, whose costs are counted. */
const ALONE = 5;
/** Milliseconds before each of them: a command that comes closer to another one has the agent look. */
const ALONE_MS = 11_000;

/** Runs jobs one after the other, and takes their times apart; the first ones have long pauses before them. */
export async function latency(cloud: MeasuredCloud, jobs: number): Promise<AloneResults> {
  const times: JobTimes[] = [];
  const all: JobCosts[] = [];
  for (const prefix of prefixesOf("latency", jobs)) {
    if (all.length < ALONE) await sleep(ALONE_MS);
    cloud.forget();
    await uploadJob(cloud, prefix);
    const seen = await runJobs(cloud, [prefix], { quietMs: 200, timeoutMs: 60_000 });
    times.push(await jobTimes(cloud, prefix, seen));
    if (all.length < ALONE) all.push(costs(seen, 1, 0));
  }
  return {
    ...summary(times),
    ssmCommands: spread(all.map(({ ssmCommands }) => ssmCommands)),
    slurmCommands: spread(all.map(({ slurmCommands }) => slurmCommands)),
    controlRequests: spread(all.map(({ controlRequests, looks }) => controlRequests + looks)),
  };
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
  const pending = seen.s3.find(
    ({ side, operation, key }) =>
      side === "functions" && operation === "write" && key.startsWith(pendingFolder(prefix)),
  );
  const submitted = stateWritten(own, "JOB_SUBMIT");
  const completed = stateWritten(own, "JOB_COMPLETE");
  const asked = seen.asked.get(prefix);
  const lastLine = Number(await cloud.get(`${prefix}/ended-at.txt`)) * 1000;
  if (!pending || !dispatch || !submitted || !completed || asked === undefined)
    throw new Error(`${prefix}: a step is missing in the logs`);
  const steps: Record<StepName, number> = {
    "event → dispatch *": dispatch.from - asked,
    "dispatch → pending": pending.to - dispatch.from,
    "pending → taken *": at("accepted") - pending.to,
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
    spoolToSbatch: command && at("accepted") - Date.parse(command.endedAt) + steps.sbatch,
    command: command && Date.parse(command.endedAt) - Date.parse(command.requestedAt),
    taken: at("accepted"),
    toComplete: completed.to - lastLine,
  };
}

function stateWritten(lines: readonly S3LogLine[], state: string): S3LogLine | undefined {
  return lines.find(({ status }) => status === state);
}

/** Percentiles of each step over some jobs. */
export function summary(times: readonly JobTimes[]): LatencyResults {
  const of = (value: (each: JobTimes) => number | undefined) =>
    percentiles(times.map(value).filter((each) => each !== undefined));
  return {
    jobs: times.length,
    toSubmit: of(({ toSubmit }) => toSubmit),
    spoolToSbatch: of(({ spoolToSbatch }) => spoolToSbatch),
    toComplete: of(({ toComplete }) => toComplete),
    command: of(({ command }) => command),
    steps: Object.fromEntries(
      STEPS.map((step) => [step, of(({ steps }) => steps[step])]),
    ) as Record<StepName, Percentiles>,
  };
}

function percentiles(values: readonly number[]): Percentiles {
  const at = (percent: number) => Math.max(0, percentile(values, percent));
  return { p50: at(50), p95: at(95), p99: at(99) };
}

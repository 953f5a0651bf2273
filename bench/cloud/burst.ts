import { availableParallelism } from "node:os";
import { eachBounded, mapBounded } from "../../bucket/flow/each-bounded.ts";
import { busyShare, machineUse } from "../process.ts";
import { costs, type JobCosts } from "./counts.ts";
import type { Functions } from "./functions.ts";
import { prefixesOf, runJobs, uploadJob } from "./jobs.ts";
import { jobTimes, type LatencyResults, STEPS, type StepName, summary } from "./latency.ts";
import type { MeasuredCloud, SsmLogLine } from "./measured-cloud.ts";
import { startRunner } from "./runner.ts";

export interface BurstResults {
  jobs: number;
  /** From the first FILE_UPLOAD to the last JOB_COMPLETE. */
  seconds: number;
  jobsPerSecond: number;
  /** From the first FILE_UPLOAD until the agent had the last request. */
  takenSeconds: number;
  costs: JobCosts;
  /** With the process that starts Slurm's commands. */
  agentCpuSeconds: number;
  agentPeakMemoryBytes: number;
  /** Share of the time in which the machine's cores were busy, with whatever program. */
  machineBusy: number;
  cores: number;
  /** Commands sent and not ended, at most. */
  commandsInFlight: number;
  /**
   * Rank correlation of the order of FILE_UPLOADs and that of JOB_SUBMITs: 1 is first come, first served.
   */
  order: number;
  /** Jobs that are in a step, on average: what they wait for is where the most are. */
  jobsInStep: Record<StepName, number>;
  times: LatencyResults;
  /** Seconds from the beginning at which each job reached a state, sorted. */
  curves: Record<"asked" | "commandEnded" | "taken" | "submitted" | "completed", number[]>;
}

const UPLOADS_AT_ONCE = 16;

/**
 * Submits many small jobs as fast as S3 takes their status objects, and looks where they wait. The deployed
 * dispatch bundle runs in one process and not in the emulated Lambda, which would start a Node.js for each
 * waiting event; the audit is off for the same reason.
 */
export async function burst(
  cloud: MeasuredCloud,
  functions: Functions,
  jobs: number,
): Promise<BurstResults> {
  const prefixes = prefixesOf("burst", jobs);
  cloud.forget();
  await eachBounded(prefixes, UPLOADS_AT_ONCE, (prefix) => uploadJob(cloud, prefix));
  const before = cloud.agentUse();
  const machineBefore = machineUse();
  const runner = startRunner(cloud, functions);
  const seen = await runJobs(cloud, prefixes, {
    quietMs: 1000,
    timeoutMs: 900_000,
    atOnce: UPLOADS_AT_ONCE,
    onAsked: (key) => runner.call(key),
  });
  const machineAfter = machineUse();
  await runner.end();
  const after = cloud.agentUse();
  const times = await mapBounded(prefixes, UPLOADS_AT_ONCE, (prefix) =>
    jobTimes(cloud, prefix, seen),
  );
  const submitted = new Map<string, number>();
  for (const { key, status, to } of seen.s3)
    if (status === "JOB_SUBMIT") submitted.set(key.split("/")[0] ?? "", to);
  const began = Math.min(...seen.asked.values());
  const seconds = (Math.max(...seen.completed.values()) - began) / 1000;
  const all = summary(times);
  // Little's law: how many arrive in a second, times how long they stay.
  const inStep = (step: StepName) =>
    times.reduce((sum, { steps }) => sum + steps[step], 0) / 1000 / seconds;
  const curve = (moments: Iterable<number>) =>
    [...moments].map((at) => (at - began) / 1000).toSorted((a, b) => a - b);
  return {
    jobs,
    seconds,
    jobsPerSecond: jobs / seconds,
    takenSeconds: (Math.max(...times.map(({ taken }) => taken)) - began) / 1000,
    costs: costs(seen, jobs, 0),
    agentCpuSeconds: after.cpuSeconds - before.cpuSeconds,
    agentPeakMemoryBytes: after.peakMemoryBytes,
    machineBusy: busyShare(machineBefore, machineAfter),
    cores: availableParallelism(),
    commandsInFlight: mostInFlight(seen.ssm),
    order: rankCorrelation(prefixes.map((each) => [seen.asked.get(each), submitted.get(each)])),
    jobsInStep: Object.fromEntries(STEPS.map((step) => [step, inStep(step)])) as Record<
      StepName,
      number
    >,
    times: all,
    curves: {
      asked: curve(seen.asked.values()),
      commandEnded: curve(seen.ssm.map(({ endedAt }) => Date.parse(endedAt))),
      taken: curve(times.map(({ taken }) => taken)),
      submitted: curve(submitted.values()),
      completed: curve(seen.completed.values()),
    },
  };
}

function mostInFlight(commands: readonly SsmLogLine[]): number {
  const moments = commands
    .flatMap(({ requestedAt, endedAt }) => [
      { at: Date.parse(requestedAt), change: 1 },
      { at: Date.parse(endedAt), change: -1 },
    ])
    .toSorted((a, b) => a.at - b.at || a.change - b.change);
  let [now, most] = [0, 0];
  for (const { change } of moments) most = Math.max(most, (now += change));
  return most;
}

/** Spearman's rank correlation. */
function rankCorrelation(pairs: readonly (readonly [number | undefined, number | undefined])[]) {
  const rank = (values: readonly number[]) => {
    const sorted = values.toSorted((a, b) => a - b);
    return values.map((value) => sorted.indexOf(value));
  };
  const first = rank(pairs.map(([a]) => a ?? 0));
  const second = rank(pairs.map(([, b]) => b ?? 0));
  const n = pairs.length;
  const squares = first.reduce((sum, each, at) => sum + (each - (second[at] ?? 0)) ** 2, 0);
  return n < 2 ? 1 : 1 - (6 * squares) / (n * (n * n - 1));
}

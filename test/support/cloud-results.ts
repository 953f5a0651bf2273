import type { JobCosts } from "../../bench/cloud/counts.ts";
import { STEPS } from "../../bench/cloud/latency.ts";
import type { CloudResults } from "../../bench/cloud/results.ts";

const of = (value: number) => ({ median: value, min: value, max: value, runs: 1 });
const times = (value: number) => {
  const each = () => ({ p50: value, p95: value, p99: value });
  const steps = Object.fromEntries(STEPS.map((step) => [step, each()]));
  return {
    jobs: 10,
    toSubmit: each(),
    spoolToSbatch: each(),
    toComplete: each(),
    command: each(),
    steps,
  };
};

/** Costs of some jobs that reach every goal. */
export function jobCosts(more: Partial<JobCosts> = {}): JobCosts {
  return {
    jobs: 1,
    finishedBefore: 0,
    sbatches: 1,
    ssmCommands: 1,
    slurmCommands: 0.1,
    s3Requests: 21,
    controlRequests: 9,
    looks: 1,
    controlWrites: 8,
    controlReads: 3,
    objectEvents: 18,
    complete: 1,
    seconds: 1,
    ...more,
  };
}

/** Results of the whole path that reach every goal. */
export function cloudResults(): CloudResults {
  const costs = jobCosts();
  const result = {
    name: "dispatch",
    bundleBytes: 600_000,
    zipBytes: 200_000,
    loadMs: of(90),
    memoryMiB: 512,
    billedMs: of(20),
    invocationsPerJob: 1,
    logBytesPerJob: 1000,
  };
  return {
    date: "2026-11-24",
    commit: "abcdef0",
    machine: "a machine",
    slurm: "slurm 22.05.8",
    counts: { ours: [costs, jobCosts({ jobs: 8 })], old: [] },
    beside: { ours: [costs, jobCosts({ finishedBefore: 1000 })], old: [] },
    objectsOfAFinishedJob: 5,
    latency: {
      ...times(10),
      ssmCommands: of(1),
      slurmCommands: of(3),
      controlRequests: of(10),
    } as CloudResults["latency"],
    burst: {
      jobs: 500,
      seconds: 50,
      jobsPerSecond: 10,
      takenSeconds: 12,
      costs: jobCosts({ jobs: 500, ssmCommands: 0.15 }),
      agentCpuSeconds: 4,
      agentPeakMemoryBytes: 100e6,
      machineBusy: 0.75,
      cores: 2,
      commandsInFlight: 10,
      order: 1,
      jobsInStep: Object.fromEntries(
        STEPS.map((step, at) => [step, at]),
      ) as CloudResults["burst"]["jobsInStep"],
      times: times(10) as CloudResults["burst"]["times"],
      curves: { asked: [], commandEnded: [], taken: [], submitted: [], completed: [] },
    },
    lambda: {
      functions: [
        result,
        { ...result, name: "audit", bundleBytes: 100_000, billedMs: of(10), invocationsPerJob: 3 },
      ],
      twoClients: { bundleBytes: 500_000, loadMs: of(70) },
      bareNodeMs: of(25),
    },
    atRest: {
      jobs: 10_000,
      objects: 50_000,
      calls: [
        { name: "sweep {}", callsPerHour: 12, s3Requests: 1, pages: 0 },
        { name: "slow-look {}", callsPerHour: 1, s3Requests: 53, pages: 50 },
      ],
    },
    throughput: {
      jobs: 500,
      cpus: 64,
      seconds: 10,
      jobsPerSecond: 50,
      agentCpuSeconds: 4,
      machineBusy: 1,
    },
    bareSlurm: { jobs: 500, seconds: 8.5, jobsPerSecond: 58.8, machineBusy: 1 },
    agent: {
      idleSeconds: 600,
      idleCpu: 0.001,
      idleRequestsPerMinute: 1,
      idleJobRequests: 0,
      idleMemoryBytes: 75e6,
      freshMemoryBytes: of(62e6),
      hookMs: { request: of(5), slurmEnded: of(5), nothing: of(2) },
      startMs: { emptyJournal: of(250), fullJournal: of(255), entries: 10_000 },
      startReads: { emptyJournal: of(100), fullJournal: of(102) },
    },
  };
}

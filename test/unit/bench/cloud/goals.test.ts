import { expect, test } from "@jest/globals";
import { goals } from "../../../../bench/cloud/goals.ts";
import type { CloudResults } from "../../../../bench/cloud/results.ts";
import { isMissed } from "../../../../bench/goal.ts";
import { goalLine } from "../../../../bench/verdict.ts";
import { cloudResults, jobCosts } from "../../../support/cloud-results.ts";

/** Goals that are missed after a change of the results. */
function missed(change: (results: CloudResults) => void): [what: string, exact: boolean][] {
  const results = cloudResults();
  change(results);
  return goals(results)
    .filter(isMissed)
    .map(({ what, exact }) => [what, exact]);
}

const of = (value: number) => ({ median: value, min: value, max: value, runs: 1 });

test("results that are good enough miss nothing", () => {
  expect(missed(() => undefined)).toEqual([]);
});

test.each<[what: string, change: (results: CloudResults) => void]>([
  ["sbatch calls per job, maximum", ({ burst }) => (burst.costs.sbatches = 1.002)],
  ["SSM commands per job, maximum", ({ counts }) => (counts.ours[1]!.ssmCommands = 1.125)],
  [
    "SSM commands of a job that is alone, minimum and maximum",
    ({ latency }) => (latency.ssmCommands.min = 0),
  ],
  ["burst: control-plane S3 requests per job", ({ burst }) => (burst.costs.looks = 1.1)],
  ["burst: SSM commands for 500 jobs", ({ burst }) => (burst.costs.ssmCommands = 0.202)],
  [
    "burst: Slurm commands per job, beside sbatch",
    ({ burst }) => (burst.costs.slurmCommands = 0.3),
  ],
  [
    "control-plane S3 requests of four jobs, beside finished jobs ÷ in an empty bucket",
    ({ beside }) => {
      beside.ours[0]!.controlRequests = 13;
      beside.ours[1]!.controlRequests = 14.5;
    },
  ],
  [
    "burst: first come, first served, FILE_UPLOAD → JOB_SUBMIT (rank correlation)",
    ({ burst }) => (burst.order = 0.94),
  ],
  [
    "largest function bundle ÷ its two AWS clients alone, bytes",
    ({ lambda }) => (lambda.functions[0]!.bundleBytes = 760_000),
  ],
  ["the same ÷ a newly started agent's", ({ agent }) => (agent.freshMemoryBytes = of(58e6))],
  ["idle agent, S3 requests for jobs", ({ agent }) => (agent.idleJobRequests = 1)],
  [
    "S3 requests an hour, 100,000 jobs ended and none open",
    ({ atRest }) => (atRest.calls[0]!.s3Requests = 7),
  ],
  [
    "reads at the agent's start, with finished jobs ÷ with an empty journal",
    ({ agent }) => (agent.startReads.fullJournal = of(201)),
  ],
])("a count or a ratio past its goal fails the run: %s", (what, change) => {
  expect(missed(change)).toEqual([[what, true]]);
});

test.each<[what: string, change: (results: CloudResults) => void]>([
  [
    "request in the spool → sbatch accepted, excluding the transfer, p50",
    ({ latency }) => (latency.spoolToSbatch = { p50: 21, p95: 21, p99: 21 }),
  ],
  [
    "burst: first FILE_UPLOAD → the agent has the last request",
    ({ burst }) => (burst.takenSeconds = 15.1),
  ],
  ["burst: the agent's CPU time per job", ({ burst }) => (burst.agentCpuSeconds = 4.1)],
  [
    "64 CPUs and jobs that end at once: jobs per second",
    (results) => {
      results.throughput.jobsPerSecond = 39.9;
      results.bareSlurm!.jobsPerSecond = 45;
    },
  ],
  ["the same ÷ those of bare sbatch", ({ bareSlurm }) => (bareSlurm!.jobsPerSecond = 63)],
  [
    "burst: price of 1,000 jobs, without cluster and user files",
    ({ burst }) => (burst.costs.controlWrites = 9),
  ],
  [
    "control-plane S3 requests of a job that is alone, median",
    ({ latency }) => (latency.controlRequests = of(11)),
  ],
  ["SSM hook, median", ({ agent }) => (agent.hookMs.request = of(10.1))],
  ["Slurm hook, median", ({ agent }) => (agent.hookMs.slurmEnded = of(10.1))],
  ["idle agent, CPU", ({ agent }) => (agent.idleCpu = 0.006)],
  [
    "idle agent, memory",
    ({ agent }) => {
      agent.idleMemoryBytes = 81e6;
      agent.freshMemoryBytes = of(70e6);
    },
  ],
])("what depends on the machine is told, and never fails it: %s", (what, change) => {
  expect(missed(change)).toEqual([[what, false]]);
});

test("a job that waits for a CPU may cost a request more", () => {
  expect(
    missed(({ counts }) => counts.ours.push(jobCosts({ jobs: 32, controlRequests: 15 }))),
  ).toEqual([]);
});

/** Goals that are not judged after a change of the results, in words. */
function notJudged(change: (results: CloudResults) => void): string[] {
  const results = cloudResults();
  change(results);
  return goals(results)
    .filter((goal) => goal.notJudged !== undefined)
    .map(goalLine);
}

test("what few jobs at once need is no figure of a burst: it is not judged, and said so", () => {
  const few = ({ burst }: CloudResults) => {
    burst.jobs = 40;
    burst.order = 0.3;
    burst.costs.ssmCommands = 0.9;
    burst.costs.slurmCommands = 2;
    burst.costs.looks = 3;
    burst.takenSeconds = 60;
  };
  expect(missed(few)).toEqual([]);
  const lines = notJudged(few);
  expect(lines).toHaveLength(7);
  expect(lines).toContain(
    "burst: first FILE_UPLOAD → the agent has the last request: 60.0 s, goal ≤ 15 s: not judged: the goal is for 500 jobs; there were 40",
  );
  expect(lines.join()).not.toContain("reached");
});

test("a short watch does not judge the requests of an hour at rest", () => {
  expect(notJudged(({ agent }) => (agent.idleSeconds = 15))).toEqual([
    expect.stringContaining("not judged: the goal is for 120 s; it was watched for 15"),
  ]);
});

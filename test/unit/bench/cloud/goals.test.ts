import { expect, test } from "@jest/globals";
import { goals } from "../../../../bench/cloud/goals.ts";
import type { CloudResults } from "../../../../bench/cloud/results.ts";
import { cloudResults, jobCosts } from "../../../support/cloud-results.ts";

/** Goals that are missed after a change of the results. */
function missed(change: (results: CloudResults) => void): [what: string, exact: boolean][] {
  const results = cloudResults();
  change(results);
  return goals(results)
    .filter(({ reached }) => !reached)
    .map(({ what, exact }) => [what, exact]);
}

const of = (value: number) => ({ median: value, min: value, max: value, runs: 1 });

test("results that are good enough miss nothing", () => {
  expect(missed(() => undefined)).toEqual([]);
});

test.each<[what: string, change: (results: CloudResults) => void]>([
  ["sbatch calls per job, maximum", ({ burst }) => (burst.sbatches = 1.002)],
  ["SSM commands per job, maximum", ({ counts }) => (counts.ours[1]!.ssmCommands = 1.125)],
  [
    "control-plane S3 requests per job that starts at once, maximum",
    ({ counts }) => (counts.ours[1]!.controlRequests = 14.1),
  ],
  [
    "the same, beside finished jobs ÷ in an empty bucket",
    ({ beside }) => {
      beside.ours[0]!.controlRequests = 13;
      beside.ours[1]!.controlRequests = 13.1;
    },
  ],
  [
    "burst: first come, first served at the Head Node (rank correlation)",
    ({ burst }) => (burst.order = 0.94),
  ],
  [
    "largest function bundle ÷ its two AWS clients alone, bytes",
    ({ lambda }) => (lambda.functions[0]!.bundleBytes = 760_000),
  ],
  ["the same ÷ a newly started agent's", ({ agent }) => (agent.freshMemoryBytes = of(58e6))],
  ["idle agent, S3 requests for jobs", ({ agent }) => (agent.idleJobRequests = 1)],
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
    ({ latency }) => (latency.spoolToSbatch = { p50: 101, p95: 101, p99: 101 }),
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

test("the order of a few jobs is chance, and no goal", () => {
  expect(
    missed(({ burst }) => {
      burst.jobs = 40;
      burst.order = 0.3;
    }),
  ).toEqual([]);
});

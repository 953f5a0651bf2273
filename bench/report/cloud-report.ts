import type { JobCosts } from "../cloud/counts.ts";
import { goals, goalsByName } from "../cloud/goals.ts";
import type { CloudResults } from "../cloud/results.ts";
import { verdict } from "../verdict.ts";
import { agentTable } from "./agent-table.ts";
import { atRestBlock } from "./at-rest-block.ts";
import { burstBlock } from "./burst-block.ts";
import { lambdaBlock } from "./lambda-block.ts";
import { latencyBlock } from "./latency-block.ts";
import { table } from "./markdown.ts";
import { throughputBlock } from "./throughput-block.ts";

/** The blocks about the whole path. */
export function cloudBlocks(results: CloudResults): Record<string, string> {
  const { date, commit, machine, slurm } = results;
  return {
    "cloud-setting": `${date}, commit ${commit}, on ${machine}, ${slurm}.`,
    "cloud-goals": table(
      ["measure", "goal", "result", ""],
      goals(results).map((goal) => [goal.what, goal.goal, goal.found, verdict(goal)]),
    ),
    "cloud-counts": costsTable(results.counts, "concurrent jobs", ({ jobs }) => jobs),
    "cloud-beside": costsTable(
      results.beside,
      "finished jobs in the bucket",
      ({ finishedBefore }) => finishedBefore,
    ),
    "cloud-latency": latencyBlock(results.latency, goalsByName(results)),
    "cloud-burst": burstBlock(results),
    "cloud-lambda": lambdaBlock(results),
    "cloud-agent": agentTable(results),
    "cloud-at-rest": atRestBlock(results),
    "cloud-throughput": throughputBlock(results),
  };
}

function costsTable(
  { ours, old }: CloudResults["counts"],
  what: string,
  at: (costs: JobCosts) => number,
): string {
  const row = (design: string, costs: JobCosts) => [
    at(costs).toLocaleString("en"),
    design,
    costs.sbatches.toFixed(2),
    costs.ssmCommands.toFixed(2),
    costs.s3Requests.toFixed(1),
    (costs.controlRequests + costs.looks).toFixed(1),
    costs.seconds.toFixed(1),
    `${(costs.complete * 100).toFixed(0)} %`,
  ];
  return table(
    [
      what,
      "design",
      "sbatch",
      "SSM commands",
      "S3 requests",
      "of those, not for user files",
      "total seconds",
      "completed",
    ],
    [...ours.map((costs) => row("cloud-submit", costs)), ...old.map((costs) => row("old", costs))],
  );
}

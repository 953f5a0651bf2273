import { goalsByName } from "../cloud/goals.ts";
import type { CloudResults } from "../cloud/results.ts";
import { goalCell } from "../verdict.ts";
import { table } from "./markdown.ts";

/** How fast the agent is when Slurm has room and all requests are there. */
export function throughputBlock(results: CloudResults): string {
  const { throughput, bareSlurm } = results;
  const goal = goalsByName(results);
  const cpuMs = (throughput.agentCpuSeconds / throughput.jobs) * 1000;
  return table(
    ["measure", `${throughput.jobs} jobs, ${throughput.cpus} CPUs`, "goal"],
    [
      ["jobs per second", throughput.jobsPerSecond.toFixed(1), goalCell(goal.throughput)],
      ...(bareSlurm === undefined
        ? []
        : [
            ["bare sbatch: jobs per second", bareSlurm.jobsPerSecond.toFixed(1), ""],
            [
              "jobs per second ÷ those of bare sbatch",
              (throughput.jobsPerSecond / bareSlurm.jobsPerSecond).toFixed(2),
              goalCell(goal.throughputBesideSlurm),
            ],
            [
              "bare sbatch, machine: CPU utilization",
              `${(bareSlurm.machineBusy * 100).toFixed(0)} %`,
              "",
            ],
          ]),
      ["agent: CPU time per job", `${cpuMs.toFixed(1)} ms`, ""],
      [
        "agent: share of one core",
        `${((throughput.agentCpuSeconds / throughput.seconds) * 100).toFixed(0)} %`,
        "",
      ],
      ["machine: CPU utilization", `${(throughput.machineBusy * 100).toFixed(0)} %`, ""],
    ],
  );
}

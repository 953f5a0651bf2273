import { goalsByName } from "../cloud/goals.ts";
import { STEPS } from "../cloud/latency.ts";
import { limits } from "../cloud/limits.ts";
import type { CloudResults } from "../cloud/results.ts";
import { goalCell } from "../verdict.ts";
import { ms, table } from "./markdown.ts";

/** How a burst went, where its jobs waited, and what held them up. */
export function burstBlock(results: CloudResults): string {
  const { burst } = results;
  const { sbatches, order, ...goal } = goalsByName(results);
  const { costs } = burst;
  const all = limits(results);
  const [lowest] = all;
  const waiting = STEPS.toSorted((a, b) => burst.jobsInStep[b] - burst.jobsInStep[a]).slice(0, 2);
  return [
    table(
      ["measure", `${burst.jobs} jobs`, "goal"],
      [
        ["first FILE_UPLOAD → last JOB_COMPLETE", `${burst.seconds.toFixed(1)} s`, ""],
        ["jobs per second", burst.jobsPerSecond.toFixed(1), ""],
        ["sbatch calls per job", costs.sbatches.toFixed(2), goalCell(sbatches)],
        [
          "first FILE_UPLOAD → the agent has the last request",
          `${burst.takenSeconds.toFixed(1)} s`,
          goalCell(goal.taken),
        ],
        ["SSM commands", (costs.ssmCommands * burst.jobs).toFixed(0), goalCell(goal.burstCommands)],
        [
          "Slurm commands per job, beside sbatch",
          costs.slurmCommands.toFixed(2),
          goalCell(goal.slurmCommands),
        ],
        [
          "control-plane S3 requests per job",
          (costs.controlRequests + costs.looks).toFixed(2),
          goalCell(goal.controlRequests),
        ],
        ["first come, first served (rank correlation)", burst.order.toFixed(3), goalCell(order)],
        ["SSM commands in flight, maximum", `${burst.commandsInFlight}`, ""],
        [
          "agent: CPU time per job",
          `${((burst.agentCpuSeconds / burst.jobs) * 1000).toFixed(1)} ms`,
          goalCell(goal.agentCpu),
        ],
        [
          "agent: share of one core",
          `${((burst.agentCpuSeconds / burst.seconds) * 100).toFixed(0)} %`,
          "",
        ],
        ["agent: peak memory", `${(burst.agentPeakMemoryBytes / 1e6).toFixed(0)} MB`, ""],
        ["machine: CPU utilization", `${(burst.machineBusy * 100).toFixed(0)} %`, ""],
      ],
    ),
    "",
    `The bottleneck is ${lowest?.what}: of all limits, it allows the fewest jobs per second.`,
    "",
    table(
      ["limit", "reason", "jobs per second, maximum"],
      all.map(({ what, because, jobsPerSecond }) => [what, because, jobsPerSecond.toFixed(1)]),
    ),
    "",
    `Time that a job of the burst spends in each step, in milliseconds, and the average number of jobs in the step. Most jobs wait in ${waiting.map((step) => `"${step}"`).join(" and ")}:`,
    "",
    table(
      ["step", "p50", "p95", "p99", "jobs in it, average"],
      STEPS.map((step) => {
        const { p50, p95, p99 } = burst.times.steps[step];
        return [step, ms(p50), ms(p95), ms(p99), burst.jobsInStep[step].toFixed(1)];
      }),
    ),
  ].join("\n");
}

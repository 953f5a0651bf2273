import { goalsByName } from "../cloud/goals.ts";
import { STEPS } from "../cloud/latency.ts";
import { limits } from "../cloud/limits.ts";
import type { CloudResults } from "../cloud/results.ts";
import { ms, table } from "./markdown.ts";
import { goalCell } from "./verdict.ts";

/** How a burst went, where its jobs waited, and what held them up. */
export function burstBlock(results: CloudResults): string {
  const { burst } = results;
  const { sbatches, ssmCommands, order } = goalsByName(results);
  const all = limits(results);
  const [lowest] = all;
  const waiting = STEPS.toSorted((a, b) => burst.jobsInStep[b] - burst.jobsInStep[a]).slice(0, 2);
  return [
    table(
      ["what", `${burst.jobs} jobs`, "goal"],
      [
        ["first FILE_UPLOAD → last JOB_COMPLETE", `${burst.seconds.toFixed(1)} s`, ""],
        ["jobs a second", burst.jobsPerSecond.toFixed(1), ""],
        ["sbatch calls for each job", burst.sbatches.toFixed(2), goalCell(sbatches)],
        ["SSM commands for each job", burst.ssmCommands.toFixed(2), goalCell(ssmCommands)],
        [
          "first come to the Head Node, first served (rank correlation)",
          burst.order.toFixed(3),
          goalCell(order),
        ],
        ["SSM commands in flight, at most", `${burst.commandsInFlight}`, ""],
        ["agent: CPU for each job", `${ms((burst.agentCpuSeconds / burst.jobs) * 1000)} ms`, ""],
        [
          "agent: share of one core",
          `${((burst.agentCpuSeconds / burst.seconds) * 100).toFixed(0)} %`,
          "",
        ],
        ["agent: memory, at most", `${(burst.agentPeakMemoryBytes / 1e6).toFixed(0)} MB`, ""],
        ["the machine: how busy its cores are", `${(burst.machineBusy * 100).toFixed(0)} %`, ""],
      ],
    ),
    "",
    `The bottleneck is ${lowest?.what}: of what can hold a burst up, it lets the fewest jobs through.`,
    "",
    table(
      ["what", "because", "jobs a second, at most"],
      all.map(({ what, because, jobsPerSecond }) => [what, because, jobsPerSecond.toFixed(1)]),
    ),
    "",
    `Where a job of the burst spends its time, in milliseconds, and how many jobs are there at a time. Most wait in ${waiting.map((step) => `"${step}"`).join(" and ")}:`,
    "",
    table(
      ["step", "p50", "p95", "p99", "jobs in it, on average"],
      STEPS.map((step) => {
        const { p50, p95, p99 } = burst.times.steps[step];
        return [step, ms(p50), ms(p95), ms(p99), burst.jobsInStep[step].toFixed(1)];
      }),
    ),
  ].join("\n");
}

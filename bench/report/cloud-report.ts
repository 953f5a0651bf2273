import { goals } from "../cloud/goals.ts";
import { STEPS } from "../cloud/latency.ts";
import type { JobCosts } from "../cloud/counts.ts";
import { price } from "../cloud/price.ts";
import type { CloudResults } from "../cloud/results.ts";
import { table } from "./markdown.ts";
import { plot } from "./plot.ts";

const ms = (value: number) => value.toFixed(0);
const kilobytes = (bytes: number) => (bytes / 1000).toFixed(0);

/** The blocks about the whole path. */
export function cloudBlocks(results: CloudResults): Record<string, string> {
  const { date, commit, machine, slurm, latency, burst, lambda, agent } = results;
  return {
    "cloud-setting": `${date}, commit ${commit}, on ${machine}, ${slurm}.`,
    "cloud-goals": table(
      ["what", "goal", "found", ""],
      goals(results).map(({ what, goal, found, reached }) => [
        what,
        goal,
        found,
        reached ? "reached" : "**missed**",
      ]),
    ),
    "cloud-counts": costsTable(results.counts, "jobs at once", ({ jobs }) => jobs),
    "cloud-beside": costsTable(
      results.beside,
      "finished jobs in the bucket",
      ({ finishedBefore }) => finishedBefore,
    ),
    "cloud-latency": [
      `${latency.jobs} jobs, one after the other, in milliseconds:`,
      "",
      table(
        ["from → to", "p50", "p95", "p99"],
        [
          ["FILE_UPLOAD in the bucket → JOB_SUBMIT in the bucket", latency.toSubmit] as const,
          [
            "request in the spool → sbatch's answer, without the transfer",
            latency.spoolToSbatch,
          ] as const,
          ["the job's last line → JOB_COMPLETE in the bucket", latency.toComplete] as const,
          ...STEPS.map((step) => [`step: ${step}`, latency.steps[step]] as const),
        ].map(([name, { p50, p95, p99 }]) => [name, ms(p50), ms(p95), ms(p99)]),
      ),
    ].join("\n"),
    "cloud-burst": [
      table(
        ["what", `${burst.jobs} jobs`],
        [
          ["first FILE_UPLOAD → last JOB_COMPLETE", `${burst.seconds.toFixed(1)} s`],
          ["jobs a second", burst.jobsPerSecond.toFixed(1)],
          [
            "sbatch calls, SSM commands, for each job",
            `${burst.sbatches.toFixed(2)}, ${burst.ssmCommands.toFixed(2)}`,
          ],
          [
            "agent: CPU for each job",
            `${((burst.agentCpuSeconds / burst.jobs) * 1000).toFixed(0)} ms`,
          ],
          [
            "agent: share of one core",
            `${((burst.agentCpuSeconds / burst.seconds) * 100).toFixed(0)} %`,
          ],
          ["agent: memory, at most", `${(burst.agentPeakMemoryBytes / 1e6).toFixed(0)} MB`],
          ["SSM commands in flight, at most", `${burst.commandsInFlight}`],
          ["first come, first served (rank correlation)", burst.order.toFixed(2)],
          ["where jobs wait longest", burst.bottleneck],
        ],
      ),
      "",
      "Where a job of the burst spends its time, in milliseconds:",
      "",
      table(
        ["step", "p50", "p95", "p99"],
        STEPS.map((step) => {
          const { p50, p95, p99 } = burst.times.steps[step];
          return [step, ms(p50), ms(p95), ms(p99)];
        }),
      ),
    ].join("\n"),
    "cloud-lambda": [
      table(
        [
          "bundle",
          "KB",
          "zip KB",
          "Node.js loads it in ms",
          "× the two clients",
          "warm call, ms (min–max)",
          "calls a job",
        ],
        [
          ...lambda.functions.map((each) => [
            each.name,
            kilobytes(each.bundleBytes),
            kilobytes(each.zipBytes),
            ms(each.loadMs.median),
            (each.bundleBytes / lambda.twoClients.bundleBytes).toFixed(2),
            each.billedMs
              ? `${ms(each.billedMs.median)} (${ms(each.billedMs.min)}–${ms(each.billedMs.max)})`
              : "",
            each.invocationsPerJob.toFixed(2),
          ]),
          [
            "S3 and SSM clients alone",
            kilobytes(lambda.twoClients.bundleBytes),
            "",
            ms(lambda.twoClients.loadMs.median),
            "1.00",
            "",
            "",
          ],
          ["nothing", "", "", ms(lambda.bareNodeMs.median), "", "", ""],
        ],
      ),
      "",
      price(results),
    ].join("\n"),
    "cloud-agent": table(
      ["what", "found"],
      [
        [
          `CPU at rest, over ${agent.idleSeconds} s`,
          `${(agent.idleCpu * 100).toFixed(2)} % of a core`,
        ],
        [
          "memory at rest, after all of the above",
          `${(agent.idleMemoryBytes / 1e6).toFixed(0)} MB`,
        ],
        ["memory at rest, just started", `${(agent.freshMemoryBytes.median / 1e6).toFixed(0)} MB`],
        [
          "SSM hook (a shell that does nothing)",
          `${agent.hookMs.request.median.toFixed(1)} ms (${agent.hookMs.nothing.median.toFixed(1)})`,
        ],
        ["Slurm hook", `${agent.hookMs.slurmEnded.median.toFixed(1)} ms`],
        ["start with an empty journal", `${ms(agent.startMs.emptyJournal.median)} ms`],
        [
          `start with ${agent.startMs.entries.toLocaleString("en")} finished jobs in the journal`,
          `${ms(agent.startMs.fullJournal.median)} ms`,
        ],
      ],
    ),
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
    costs.controlRequests.toFixed(1),
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
      "of those not user files",
      "seconds in all",
      "complete in the end",
    ],
    [...ours.map((costs) => row("cloud-submit", costs)), ...old.map((costs) => row("old", costs))],
  );
}

/** The plots about the whole path, by file name. */
export function cloudPlots({
  counts,
  beside,
  latency,
  burst,
}: CloudResults): Record<string, string> {
  const lines = (
    { ours, old }: CloudResults["counts"],
    at: (costs: JobCosts) => number,
    title: string,
    x: string,
  ) => {
    const all = [...new Set([...ours, ...old].map(at))].toSorted((a, b) => a - b);
    const values = (costs: readonly JobCosts[], of: (each: JobCosts) => number) =>
      all.map((one) => {
        const found = costs.find((each) => at(each) === one);
        return found ? Number(of(found).toFixed(2)) : null;
      });
    return plot({
      title,
      kind: "line",
      categories: all.map((one) => one.toLocaleString("en")),
      x,
      y: "for each job",
      series: [
        { name: "S3 requests, cloud-submit", data: values(ours, (each) => each.s3Requests) },
        { name: "S3 requests, old", data: values(old, (each) => each.s3Requests) },
        { name: "SSM commands, cloud-submit", data: values(ours, (each) => each.ssmCommands) },
        { name: "SSM commands, old", data: values(old, (each) => each.ssmCommands) },
      ],
    });
  };
  const curve = (moments: readonly number[]) =>
    moments.map((second, at): [number, number] => [Number(second.toFixed(3)), at + 1]);
  return {
    "requests.svg": lines(
      counts,
      ({ jobs }) => jobs,
      "What a job costs, by jobs at once",
      "jobs at once",
    ),
    "beside.svg": lines(
      beside,
      ({ finishedBefore }) => finishedBefore,
      "What a job costs, by what is in the bucket already",
      "finished jobs in the bucket",
    ),
    "latency.svg": plot({
      title: "One job's way, p50",
      kind: "bar",
      horizontal: true,
      height: 260,
      categories: ["until JOB_SUBMIT", "until JOB_COMPLETE"],
      x: "",
      y: "milliseconds",
      series: STEPS.filter((step) => step !== "Slurm queue and job").map((step) => {
        const before = STEPS.indexOf(step) < STEPS.indexOf("Slurm queue and job");
        const value = Number(latency.steps[step].p50.toFixed(1));
        return { name: step, stack: "all", data: before ? [value, null] : [null, value] };
      }),
    }),
    "burst.svg": plot({
      title: `A burst of ${burst.jobs} jobs`,
      kind: "line",
      x: "seconds",
      y: "jobs",
      series: [
        { name: "FILE_UPLOAD written", data: curve(burst.curves.asked) },
        { name: "request in the spool", data: curve(burst.curves.commandEnded) },
        { name: "JOB_SUBMIT written", data: curve(burst.curves.submitted) },
        { name: "JOB_COMPLETE written", data: curve(burst.curves.completed) },
      ],
    }),
  };
}

import type { goalsByName } from "../cloud/goals.ts";
import { type AloneResults, STEPS } from "../cloud/latency.ts";
import { goalCell } from "../verdict.ts";
import { ms, table } from "./markdown.ts";

/** Where the time of jobs goes that run one after the other. */
export function latencyBlock(
  latency: AloneResults,
  { spoolToSbatch }: ReturnType<typeof goalsByName>,
): string {
  const rows = [
    ["FILE_UPLOAD in the bucket → JOB_SUBMIT in the bucket", latency.toSubmit] as const,
    [
      "request in the spool → sbatch's response, excluding the transfer",
      latency.spoolToSbatch,
      spoolToSbatch,
    ] as const,
    ["SSM command *, a part of it", latency.command] as const,
    ["the job's last line → JOB_COMPLETE in the bucket", latency.toComplete] as const,
    ...STEPS.map((step) => [`step: ${step}`, latency.steps[step]] as const),
  ];
  return [
    `${latency.jobs} jobs, run one after the other; times in milliseconds:`,
    "",
    table(
      ["from → to", "p50", "p95", "p99", "goal for p50"],
      rows.map(([name, { p50, p95, p99 }, goal]) => [
        name,
        ms(p50),
        ms(p95),
        ms(p99),
        goalCell(goal),
      ]),
    ),
    "",
    `Each took ${latency.ssmCommands.median} SSM command, ${latency.controlRequests.median} control-plane requests and ${latency.slurmCommands.median} Slurm commands beside sbatch (medians).`,
  ].join("\n");
}

import type { JobCosts } from "../cloud/counts.ts";
import { STEPS } from "../cloud/latency.ts";
import type { CloudResults } from "../cloud/results.ts";
import { plot } from "./plot.ts";

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
      y: "per job",
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
      "Cost per job, by number of concurrent jobs",
      "concurrent jobs",
    ),
    "beside.svg": lines(
      beside,
      ({ finishedBefore }) => finishedBefore,
      "Cost per job, by number of finished jobs in the bucket",
      "finished jobs in the bucket",
    ),
    "latency.svg": plot({
      title: "Latency of one job, p50",
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
        { name: "SSM command has ended", data: curve(burst.curves.commandEnded) },
        { name: "request taken by the agent", data: curve(burst.curves.taken) },
        { name: "JOB_SUBMIT written", data: curve(burst.curves.submitted) },
        { name: "JOB_COMPLETE written", data: curve(burst.curves.completed) },
      ],
    }),
  };
}

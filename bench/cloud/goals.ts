import type { CloudResults } from "./results.ts";

/** One thing that was to be reached, and whether it was. */
export interface Goal {
  what: string;
  goal: string;
  found: string;
  reached: boolean;
  /** A count or a size, the same on every machine; not a time. */
  exact: boolean;
}

const CONTROL_REQUESTS = 12;
/** Of the local cloud's one node. */
const CPUS = 8;
/** Size of a function as a multiple of the bundle of its two AWS clients. */
const BUNDLE_RATIO = 1.5;

/** Compares a run with what was to be reached. */
export function goals(results: CloudResults): Goal[] {
  const { counts, beside, latency, agent, lambda, burst } = results;
  const all = [...counts.ours, ...beside.ours];
  const most = (values: readonly number[]) => Math.max(...values);
  // A job that waits for a free CPU has its record written once more, to tell why.
  const control = all
    .filter(({ jobs }) => jobs <= CPUS)
    .map(({ controlRequests }) => controlRequests);
  const biggest = most(lambda.functions.map(({ bundleBytes }) => bundleBytes));
  const bundle = biggest / lambda.twoClients.bundleBytes;
  const count = (what: string, found: number, goal: number): Goal => ({
    what,
    goal: `${goal}`,
    found: found.toFixed(2),
    reached: found <= goal,
    exact: true,
  });
  const time = (what: string, found: number, goal: number, unit: string): Goal => ({
    what,
    goal: `≤ ${goal} ${unit}`,
    found: `${found.toFixed(1)} ${unit}`,
    reached: found <= goal,
    exact: false,
  });
  return [
    count(
      "sbatch calls for each job, at most",
      most([burst.sbatches, ...all.map((each) => each.sbatches)]),
      1,
    ),
    count(
      "SSM commands for each job, at most",
      most([burst.ssmCommands, ...all.map((each) => each.ssmCommands)]),
      1,
    ),
    {
      what: "control-plane S3 requests for each job that need not wait, at most",
      goal: `≤ ${CONTROL_REQUESTS}`,
      found: most(control).toFixed(1),
      reached: most(control) <= CONTROL_REQUESTS,
      exact: true,
    },
    {
      what: "the same beside finished jobs ÷ in an empty bucket",
      goal: "1.00",
      found: (
        most(beside.ours.map((each) => each.controlRequests)) /
        (beside.ours[0]?.controlRequests ?? Number.NaN)
      ).toFixed(2),
      reached: beside.ours.every(
        (each) => each.controlRequests <= (beside.ours[0]?.controlRequests ?? 0),
      ),
      exact: true,
    },
    {
      what: "largest function ÷ its two AWS clients alone, bytes",
      goal: `≤ ${BUNDLE_RATIO}`,
      found: bundle.toFixed(2),
      reached: bundle <= BUNDLE_RATIO,
      exact: true,
    },
    time(
      "request in the spool → sbatch accepted, without the transfer, p50",
      latency.spoolToSbatch.p50,
      100,
      "ms",
    ),
    time("SSM hook, median", agent.hookMs.request.median, 10, "ms"),
    time("Slurm hook, median", agent.hookMs.slurmEnded.median, 10, "ms"),
    time("agent at rest, memory", agent.idleMemoryBytes / 1e6, 80, "MB"),
    time("agent at rest, CPU", agent.idleCpu * 100, 0.5, "% of a core"),
  ];
}

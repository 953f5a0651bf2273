import type { AgentResults } from "./agent.ts";
import type { AtRestResults } from "./at-rest.ts";
import type { BareSlurmResults } from "./bare-slurm.ts";
import type { BurstResults } from "./burst.ts";
import type { JobCosts } from "./counts.ts";
import type { LambdaResults } from "./lambda.ts";
import type { AloneResults } from "./latency.ts";
import type { ThroughputResults } from "./throughput.ts";

/** One run of the whole-path benchmark. */
export interface CloudResults {
  date: string;
  commit: string;
  machine: string;
  slurm: string;
  /** Jobs at once in an empty bucket. */
  counts: { ours: JobCosts[]; old: JobCosts[] };
  /** The same number of jobs beside more and more finished ones. */
  beside: { ours: JobCosts[]; old: JobCosts[] };
  objectsOfAFinishedJob: number;
  latency: AloneResults;
  burst: BurstResults;
  lambda: LambdaResults;
  agent: AgentResults;
  atRest: AtRestResults;
  throughput: ThroughputResults;
  /** On the same cloud; undefined: saved before this was measured. */
  bareSlurm?: BareSlurmResults;
}

const PARTS: readonly (keyof CloudResults)[] = [
  "counts",
  "beside",
  "objectsOfAFinishedJob",
  "latency",
  "burst",
  "lambda",
  "agent",
  "atRest",
  "throughput",
];

/** Whether saved results have all that is measured now. */
export function areWhole(saved: object): saved is CloudResults {
  return PARTS.every((part) => part in saved);
}

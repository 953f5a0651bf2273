import { atMost, type Goal, unlessJudged } from "../goal.ts";
import { requestsPerHour } from "./at-rest.ts";
import type { BurstResults } from "./burst.ts";
import type { LambdaResults } from "./lambda.ts";
import { totalPrice } from "./price.ts";
import type { CloudResults } from "./results.ts";
import { throughputGoals } from "./throughput-goals.ts";

const CONTROL_REQUESTS = 10;
/** The figures of a burst are those of many jobs: of few, each has a command of its own. */
const BURST = {
  jobs: 500,
  takenSeconds: 15,
  ssmCommands: 100,
  slurmCommandsPerJob: 0.2,
  agentMs: 8,
};
/** Size of a function as a multiple of the bundle of its two AWS clients. */
const BUNDLE_RATIO = 1.5;
/**
 * Fairness of a burst: 1 is strictly first come, first served. It tells something of many jobs only: of 40, nearly
 * all are on their way at the same time.
 */
const ORDER = { least: 0.95, jobs: 200 };
/** Memory at rest as a multiple of what a fresh agent takes: 63 MB, of 80 MB that are allowed. */
const REST_RATIO = 1.27;
/** Reads at the start, beside finished jobs: some more are chance, one for each job would be ten times as many. */
const START_RATIO = 2;

/** Requests to S3 in an hour with nothing open; in a shorter time, the heartbeat of each minute is chance. */
export const REST = { jobs: 100_000, requests: 200, seconds: 120 };
/** Whether markers are removed together, or a command is alone, is chance: a third of a request for each of four jobs. */
const BESIDE_RATIO = 1.1;
/** USD for 1,000 jobs. */
const PRICE = 0.066;

const most = (values: readonly number[]) => Math.max(...values);

function count(what: string, found: number, goal: number): Goal {
  return {
    what,
    goal: `${goal}`,
    found: found.toFixed(2),
    reached: found <= goal,
    exact: true,
  };
}

const ratio = (what: string, found: number, goal: number) =>
  atMost(what, found, goal, { exact: true });

function amount(what: string, found: number, goal: number, unit: string): Goal {
  return {
    what,
    goal: `≤ ${goal} ${unit}`,
    found: `${found.toFixed(1)} ${unit}`,
    reached: found <= goal,
    exact: false,
  };
}

/** The burst's own, which are judged of many jobs only. */
function burstGoals(burst: BurstResults, lambda: LambdaResults) {
  const { jobs, takenSeconds, costs, agentCpuSeconds } = burst;
  const dollars = totalPrice(lambda, costs);
  const why =
    jobs < BURST.jobs ? `the goal is for ${BURST.jobs} jobs; there were ${jobs}` : undefined;
  return {
    price: unlessJudged(
      {
        what: "burst: price of 1,000 jobs, without cluster and user files",
        goal: `≤ ${PRICE} USD`,
        found: `${dollars.toFixed(4)} USD`,
        reached: Number(dollars.toFixed(3)) <= PRICE,
        // The functions' time is this machine's.
        exact: false,
      },
      why,
    ),
    taken: unlessJudged(
      amount(
        "burst: first FILE_UPLOAD → the agent has the last request",
        takenSeconds,
        BURST.takenSeconds,
        "s",
      ),
      why,
    ),
    burstCommands: unlessJudged(
      ratio(
        `burst: SSM commands for ${jobs} jobs`,
        costs.ssmCommands * jobs,
        (BURST.ssmCommands * jobs) / BURST.jobs,
      ),
      why,
    ),
    controlRequests: unlessJudged(
      ratio(
        "burst: control-plane S3 requests per job",
        costs.controlRequests + costs.looks,
        CONTROL_REQUESTS,
      ),
      why,
    ),
    slurmCommands: unlessJudged(
      ratio(
        "burst: Slurm commands per job, beside sbatch",
        costs.slurmCommands,
        BURST.slurmCommandsPerJob,
      ),
      why,
    ),
    agentCpu: unlessJudged(
      amount(
        "burst: the agent's CPU time per job",
        (agentCpuSeconds / jobs) * 1000,
        BURST.agentMs,
        "ms",
      ),
      why,
    ),
  };
}

/** Compares a run with what was to be reached; by name, so that a table can show one beside its figure. */
export function goalsByName({
  counts,
  beside,
  latency,
  agent,
  lambda,
  burst,
  ...more
}: CloudResults) {
  const { atRest } = more;
  const all = [...counts.ours, ...beside.ours];
  const control = (costs: typeof all) => costs.map(({ controlRequests }) => controlRequests);
  const [empty = Number.NaN] = control(beside.ours);
  const biggest = most(lambda.functions.map(({ bundleBytes }) => bundleBytes));
  return {
    sbatches: count(
      "sbatch calls per job, maximum",
      most([burst.costs.sbatches, ...all.map((each) => each.sbatches)]),
      1,
    ),
    ssmCommands: count(
      "SSM commands per job, maximum",
      most([burst.costs.ssmCommands, ...all.map((each) => each.ssmCommands)]),
      1,
    ),
    ssmCommandsAlone: {
      what: "SSM commands of a job that is alone, minimum and maximum",
      goal: "1",
      found: `${latency.ssmCommands.min}, ${latency.ssmCommands.max}`,
      reached: latency.ssmCommands.min === 1 && latency.ssmCommands.max === 1,
      exact: true,
    },
    // Eleven, with the removal of the marker, which may come after the job's time; in a burst it is shared.
    controlRequestsAlone: {
      ...ratio(
        "control-plane S3 requests of a job that is alone, median",
        latency.controlRequests.median,
        CONTROL_REQUESTS,
      ),
      exact: false,
    },
    ...burstGoals(burst, lambda),
    beside: ratio(
      "control-plane S3 requests of four jobs, beside finished jobs ÷ in an empty bucket",
      most(control(beside.ours)) / empty,
      BESIDE_RATIO,
    ),
    order: unlessJudged(
      {
        what: "burst: first come, first served, FILE_UPLOAD → JOB_SUBMIT (rank correlation)",
        goal: `≥ ${ORDER.least}`,
        found: burst.order.toFixed(2),
        reached: burst.order >= ORDER.least,
        exact: true,
      },
      burst.jobs < ORDER.jobs
        ? `the goal is for ${ORDER.jobs} jobs or more; there were ${burst.jobs}`
        : undefined,
    ),
    bundle: ratio(
      "largest function bundle ÷ its two AWS clients alone, bytes",
      biggest / lambda.twoClients.bundleBytes,
      BUNDLE_RATIO,
    ),
    spoolToSbatch: amount(
      "request in the spool → sbatch accepted, excluding the transfer, p50",
      latency.spoolToSbatch.p50,
      20,
      "ms",
    ),
    ...throughputGoals(more),
    restRequests: unlessJudged(
      ratio(
        `S3 requests an hour, ${REST.jobs.toLocaleString("en")} jobs ended and none open`,
        requestsPerHour(atRest, agent.idleRequestsPerMinute, REST.jobs),
        REST.requests,
      ),
      agent.idleSeconds < REST.seconds
        ? `the goal is for ${REST.seconds} s; it was watched for ${agent.idleSeconds}`
        : undefined,
    ),
    requestHook: amount("SSM hook, median", agent.hookMs.request.median, 10, "ms"),
    endedHook: amount("Slurm hook, median", agent.hookMs.slurmEnded.median, 10, "ms"),
    memory: amount("idle agent, memory", agent.idleMemoryBytes / 1e6, 80, "MB"),
    memoryRatio: ratio(
      "the same ÷ a newly started agent's",
      agent.idleMemoryBytes / agent.freshMemoryBytes.median,
      REST_RATIO,
    ),
    cpu: amount("idle agent, CPU", agent.idleCpu * 100, 0.5, "% of a core"),
    jobRequests: count("idle agent, S3 requests for jobs", agent.idleJobRequests, 0),
    startReads: ratio(
      "reads at the agent's start, with finished jobs ÷ with an empty journal",
      agent.startReads.fullJournal.median / agent.startReads.emptyJournal.median,
      START_RATIO,
    ),
  } satisfies Record<string, Goal | undefined>;
}

/** The same, in the order in which they are shown. */
export function goals(results: CloudResults): Goal[] {
  return Object.values(goalsByName(results)).filter((goal) => goal !== undefined);
}

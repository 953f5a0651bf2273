import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { askedFor, countOf, refuse, refuseToSave } from "../asked.ts";
import { type BenchConfig, benchConfig, environment } from "../config.ts";
import { Endpoint } from "../endpoint.ts";
import { failsRun } from "../goal.ts";
import { goalLine } from "../verdict.ts";
import { agentAtRest } from "./agent.ts";
import { functionsAtRest } from "./at-rest.ts";
import { bareSlurm } from "./bare-slurm.ts";
import { burst } from "./burst.ts";
import { countJobs, type JobCosts } from "./counts.ts";
import { Functions } from "./functions.ts";
import { goals } from "./goals.ts";
import type { RunOptions } from "./jobs.ts";
import { lambda } from "./lambda.ts";
import { latency } from "./latency.ts";
import { MeasuredCloud } from "./measured-cloud.ts";
import { OLD_BUCKET, OldDesign } from "./old-design.ts";
import type { CloudResults } from "./results.ts";
import { agentAtScale } from "./scale.ts";
import { OBJECTS_OF_A_FINISHED_JOB, seedFinishedJobs } from "./seed.ts";
import { throughput } from "./throughput.ts";

const asked = askedFor({
  quick: { type: "boolean", default: false },
  /** Seconds to watch the agent at rest. */
  idle: { type: "string" },
  /** Jobs of the burst, and of the run with many CPUs. */
  burst: { type: "string" },
  /** Measures one thing alone, and prints it: `many` jobs at once, or `scale`, the agent beside many submissions. */
  only: { type: "string" },
  /** Writes the results for the page. */
  save: { type: "boolean", default: false },
});

const FULL = {
  jobsAtOnce: [1, 8, 32, 100],
  // Each more takes several times as long: every object of every job starts a sync of the whole bucket.
  oldJobsAtOnce: [1, 4],
  finished: [0, 1000, 3000],
  oldFinished: [0, 500],
  latencyJobs: 30,
  burstJobs: 500,
  throughputJobs: 500,
  loads: 15,
  // Whole minutes: what the agent does each minute is to be counted as often as it is done.
  idleSeconds: 120,
  journalEntries: 10_000,
};
const QUICK: typeof FULL = {
  jobsAtOnce: [1, 8],
  oldJobsAtOnce: [1],
  finished: [0, 200],
  oldFinished: [],
  latencyJobs: 5,
  burstJobs: 40,
  throughputJobs: 40,
  loads: 5,
  // The agent collects its garbage after 10 s of rest.
  idleSeconds: 15,
  journalEntries: 1000,
};

const SCALE = { active: [0, 5000], ended: [0, 100_000], idleSeconds: 120 };
const QUICK_SCALE: typeof SCALE = { active: [0, 50], ended: [0, 1000], idleSeconds: 10 };

const { quick, only } = asked;
refuseToSave(asked.save, { quick, only });
if (only !== undefined && only !== "many" && only !== "scale")
  refuse(`--only: give many or scale, not "${only}"`);
const burstJobs = countOf("burst", asked.burst);
const idle = countOf("idle", asked.idle);

const size = {
  ...(asked.quick ? QUICK : FULL),
  ...(burstJobs !== undefined && { burstJobs, throughputJobs: burstJobs }),
};
const idleSeconds = idle ?? size.idleSeconds;
const OURS = { quietMs: 1500, timeoutMs: 900_000, unseenAtOnce: 8 };
// A sync takes seconds, in which nothing is logged; and a stale JOB_SUBMIT may replace a JOB_COMPLETE for good.
const OLD = { quietMs: 10_000, timeoutMs: 1_800_000, bucket: OLD_BUCKET, mayLoseJobs: true };
/** With so many, Slurm holds nobody up. */
const MANY_CPUS = 64;
/** Jobs at once beside finished ones. */
const BESIDE = 4;
const OLD_BESIDE = 1;

const step = (text: string) => console.log(`${new Date().toISOString().slice(11, 19)} ${text}`);

async function series(
  cloud: MeasuredCloud,
  name: string,
  jobsAtOnce: readonly number[],
  options: RunOptions,
): Promise<JobCosts[]> {
  const all: JobCosts[] = [];
  for (const jobs of jobsAtOnce) {
    all.push(show(name, await countJobs(cloud, `${name}-${jobs}`, jobs, 0, options)));
  }
  return all;
}

async function besideFinished(
  cloud: MeasuredCloud,
  name: string,
  bucket: string,
  jobs: number,
  finished: readonly number[],
  options: RunOptions,
  folder?: string,
): Promise<JobCosts[]> {
  const all: JobCosts[] = [];
  let there = 0;
  for (const count of finished) {
    await seedFinishedJobs(cloud, bucket, there, count, folder);
    there = count;
    const costs = await countJobs(cloud, `${name}-beside-${count}`, jobs, count, options);
    all.push(show(name, costs));
  }
  return all;
}

function show(name: string, costs: JobCosts): JobCosts {
  const { jobs, finishedBefore, sbatches, ssmCommands, s3Requests, controlRequests, looks } = costs;
  step(
    `${name}: ${jobs} at once beside ${finishedBefore} finished: per job ${sbatches.toFixed(2)} sbatch, ` +
      `${ssmCommands.toFixed(2)} SSM commands, ${s3Requests.toFixed(1)} S3 requests (${(controlRequests + looks).toFixed(1)} without files); ${costs.seconds.toFixed(1)} s, ${(costs.complete * 100).toFixed(0)} % complete`,
  );
  return costs;
}

async function measureAll(cloud: MeasuredCloud): Promise<Omit<CloudResults, Label | OfMany>> {
  const ours = await series(cloud, "cloud-submit", size.jobsAtOnce, OURS);
  step(`latency of ${size.latencyJobs} jobs, one after the other`);
  const from = Date.now();
  const oneByOne = await latency(cloud, size.latencyJobs);
  const period = { from, to: Date.now(), jobs: size.latencyJobs };
  step("functions");
  const functions = lambda(cloud, new Functions(cloud), period, size.loads);
  step("beside finished jobs");
  const beside = await besideFinished(
    cloud,
    "cloud-submit",
    cloud.bucket,
    BESIDE,
    size.finished,
    OURS,
  );
  step("the functions in a bucket where nothing is open");
  const atRest = functionsAtRest(cloud, size.finished.at(-1) ?? 0, OBJECTS_OF_A_FINISHED_JOB);
  step("the old design");
  const old = new OldDesign(cloud);
  old.install();
  const oldCounts = await series(cloud, "old", size.oldJobsAtOnce, OLD);
  const { oldFinished } = size;
  const oldBeside = await besideFinished(
    cloud,
    "old",
    OLD_BUCKET,
    OLD_BESIDE,
    oldFinished,
    OLD,
    old.work,
  );
  old.remove();
  return {
    counts: { ours, old: oldCounts },
    beside: { ours: beside, old: oldBeside },
    objectsOfAFinishedJob: OBJECTS_OF_A_FINISHED_JOB,
    latency: oneByOne,
    lambda: functions,
    atRest,
  };
}

/** The agent beside many submissions: its results are lines, and no part of the page's. */
async function measureScale(cloud: MeasuredCloud): Promise<void> {
  const { active, ended, idleSeconds } = asked.quick ? QUICK_SCALE : SCALE;
  for (const [at, many] of active.entries())
    for (const all of at === 0 ? ended : ended.slice(-1))
      console.log(JSON.stringify(await agentAtScale(cloud, many, all, idle ?? idleSeconds)));
}

type OfMany = "burst" | "agent" | "throughput" | "bareSlurm";

/** Many jobs at once, and the agent at rest after them, at an S3 server that holds nobody up, as S3 does not. */
async function manyJobs(config: BenchConfig): Promise<Pick<CloudResults, OfMany>> {
  const s3 = await Endpoint.start(config);
  try {
    step(`burst of ${size.burstJobs} jobs`);
    const cloud = await MeasuredCloud.up(environment(), { s3 });
    const atOnce = await burst(cloud, new Functions(cloud), size.burstJobs);
    step(`agent at rest for ${idleSeconds} s, hooks, starts`);
    const agent = await agentAtRest(cloud, idleSeconds, size.journalEntries);
    step(`${size.throughputJobs} empty jobs on ${MANY_CPUS} CPUs`);
    const roomy = await MeasuredCloud.up(environment(), { cpus: MANY_CPUS, s3 });
    const fast = await throughput(roomy, new Functions(roomy), size.throughputJobs);
    step("the same jobs by bare sbatch");
    const bare = await bareSlurm(roomy, size.throughputJobs);
    return { burst: atOnce, agent, throughput: fast, bareSlurm: bare };
  } finally {
    await s3.stop();
  }
}

type Label = "date" | "commit" | "machine" | "slurm";

async function main(): Promise<void> {
  const config = benchConfig();
  await MeasuredCloud.during(environment(), async () => {
    if (only === "many") return console.log(JSON.stringify(await manyJobs(config), null, 1));
    step("the local cloud comes up");
    const cloud = await MeasuredCloud.up(environment());
    if (only === "scale") return await measureScale(cloud);
    const measured = await measureAll(cloud);
    const many = await manyJobs(config);
    const git = execFileSync("git", ["rev-parse", "--short", "HEAD"], { cwd: config.checkout });
    const results: CloudResults = {
      date: new Date().toISOString().slice(0, 10),
      commit: git.toString().trim(),
      machine: config.machine,
      slurm: execFileSync("slurmctld", ["-V"], { env: cloud.config.baseEnv }).toString().trim(),
      ...measured,
      ...many,
    };
    const folder = asked.save ? join(config.checkout, "bench", "results") : config.home;
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "cloud.json"), `${JSON.stringify(results, null, 1)}\n`);
    for (const goal of goals(results)) {
      console.log(goalLine(goal));
      if (failsRun(goal)) process.exitCode = 1;
    }
  });
}

await main();

import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { loadavg } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { lockPath } from "../cli/slurm/fetcher/lock-path.ts";
import type { S3LogLine } from "../local/faults/s3-proxy.ts";
import { RECORD_FILE, SCRIPT_FILE } from "../protocol/objects.ts";
import { FINAL_STATES, type State } from "../protocol/state.ts";
import { askedFor, countOf } from "./asked.ts";
import { MeasuredCloud } from "./cloud/measured-cloud.ts";
import { type BenchConfig, benchConfig, environment } from "./config.ts";
import { atMost } from "./goal.ts";
import { type Spread, spread } from "./statistics.ts";
import { goalLine } from "./verdict.ts";

// How much longer sbatch takes than submit, beside what it waits for: whole processes, by turns, on the local cloud.

const rounds = countOf("rounds", askedFor({ rounds: { type: "string", default: "9" } }).rounds);
const execute = promisify(execFile);

const SCRIPT = "#!/bin/sh\ntrue\n";
/** Milliseconds of sbatch that submit does not take, at the most. */
const GOAL_MS = 150;
/** Between two looks at whether a job is over. */
const LOOK_MS = 100;

/** Milliseconds of one call. */
interface Times {
  whole: number;
  /** From the begin until the job may run: FILE_UPLOAD is in the bucket. */
  sent: number;
  /** From then until its record there has the id; 0: nobody waits for it. */
  accepted: number;
  /** From then to the end. */
  rest: number;
}

interface Stage {
  cloud: MeasuredCloud;
  config: BenchConfig;
  env: Record<string, string>;
  folder: string;
}

/** Runs one call, and the job to its end. */
async function call(
  { cloud, config, env, folder }: Stage,
  args: string[],
  waits: boolean,
): Promise<Times> {
  cloud.forget();
  const program = join(config.checkout, "dist", "cloud-submit.cjs");
  const now = () => performance.timeOrigin + performance.now();
  const began = now();
  await execute(process.execPath, [program, ...args], { env, cwd: folder });
  const ended = now();
  const lines: S3LogLine[] = [];
  const find = (is: (line: S3LogLine) => boolean) => lines.find(is);
  const isFinal = ({ status }: S3LogLine) => FINAL_STATES.has(status as State);
  while (!find(isFinal)) {
    lines.push(...cloud.s3.take());
    await sleep(LOOK_MS);
  }
  const asked = find(({ status }) => status === "FILE_UPLOAD");
  const record = find(({ operation, key }) => {
    return operation === "write" && key.endsWith(`/${RECORD_FILE}`);
  });
  if (!asked || !record) throw new Error(`${args.join(" ")}: the requests are ${lines.length}`);
  const accepted = waits ? record.to : asked.to;
  return {
    whole: ended - began,
    sent: asked.to - began,
    accepted: accepted - asked.to,
    rest: ended - accepted,
  };
}

/** Ends the fetcher that the first sbatch has started: it would stay for a while. */
function endFetcher(state: string): void {
  const buckets = join(state, "cloud-submit", "slurm");
  for (const bucket of existsSync(buckets) ? readdirSync(buckets) : []) {
    const lock = lockPath(join(buckets, bucket));
    if (existsSync(lock)) process.kill(Number(readFileSync(lock, "utf8")), "SIGTERM");
  }
}

const shown = (times: readonly Times[], part: (one: Times) => number) => {
  const { median, min, max }: Spread = spread(times.map(part));
  return `${median.toFixed(0)} (${min.toFixed(0)}–${max.toFixed(0)})`;
};

async function main(): Promise<void> {
  const config = benchConfig();
  const run = async () => {
    const cloud = await MeasuredCloud.up(environment());
    const folder = join(config.data, "work");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, SCRIPT_FILE), SCRIPT);
    const env = {
      ...cloud.env,
      ...config.env,
      HOME: config.data,
      XDG_STATE_HOME: config.data,
      AWS_ENDPOINT_URL: `http://127.0.0.1:${cloud.ports.s3proxy}`,
      CLOUD_SUBMIT_BUCKET: cloud.bucket,
    };
    const stage: Stage = { cloud, config, env, folder };
    const [submits, sbatches]: [Times[], Times[]] = [[], []];
    // The first one warms up what the system caches.
    for (let round = 0; round <= rounds; round += 1) {
      const submit = await call(stage, ["submit", "."], false);
      const sbatch = await call(stage, ["slurm", "run", "sbatch", SCRIPT_FILE], true);
      if (round === 0) continue;
      submits.push(submit);
      sbatches.push(sbatch);
    }
    console.log(`${new Date().toISOString().slice(0, 10)}, ${config.machine}`);
    console.log(`median of ${rounds}, in milliseconds; load ${loadavg()[0]?.toFixed(1)}`);
    console.log("| command | all of it | until the job may run | until it has an id | the rest |");
    console.log("|---|---|---|---|---|");
    for (const [name, times] of [
      ["cloud-submit submit", submits],
      ["sbatch", sbatches],
    ] as const) {
      const cells = (["whole", "sent", "accepted", "rest"] as const).map((part) =>
        shown(times, (one) => one[part]),
      );
      console.log(`| \`${name}\` | ${cells.join(" | ")} |`);
    }
    const own = (times: readonly Times[]) =>
      spread(times.map(({ sent, rest }) => sent + rest)).median;
    const more = own(sbatches) - own(submits);
    const what = "sbatch beyond submit and what it waits for, milliseconds";
    console.log(goalLine(atMost(what, more, GOAL_MS, { digits: 0, exact: false })));
  };
  await MeasuredCloud.during(environment(), () =>
    run().finally(() => endFetcher(config.data)),
  ).finally(() => rmSync(config.data, { recursive: true, force: true }));
}

await main();

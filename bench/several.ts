import { execFile } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { loadavg } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { takeFetcherLock } from "../cli/slurm/fetcher/lock.ts";
import type { JobFile } from "../cli/slurm/job-file.ts";
import { JobFiles } from "../cli/slurm/job-files.ts";
import { keyOf, STATUS_FILE } from "../protocol/objects.ts";
import { formatStatus } from "../protocol/state.ts";
import { SUBMISSION_METADATA } from "../protocol/submission.ts";
import { askedFor, countOf } from "./asked.ts";
import { type BenchConfig, benchConfig } from "./config.ts";
import { Endpoint } from "./endpoint.ts";
import { type Spread, spread } from "./statistics.ts";

// Several jobs in one call beside one job: whole processes, with Node.js's start, on the counting endpoint.

const asked = askedFor({
  jobs: { type: "string", default: "20" },
  /** Of each request, in milliseconds. */
  latency: { type: "string", default: "30" },
  rounds: { type: "string", default: "7" },
});
const jobs = countOf("jobs", asked.jobs);
const latencyMs = countOf("latency", asked.latency, 0);
const rounds = countOf("rounds", asked.rounds);
const BUCKET = "several";
const SUBMISSION = "20261130T000000Z-0123456789ab";
const execute = promisify(execFile);

/** A command, and its arguments for so many jobs. */
type Course = (count: number) => string[];
const ids = (count: number) => Array.from({ length: count }, (_, index) => String(index + 1));
const prefixOf = (id: string) => `job${id}`;
const COURSES: Record<string, Course> = {
  "cloud-submit cancel": (count) => ["cancel", ...ids(count).map(prefixOf)],
  scancel: (count) => ["slurm", "run", "scancel", ...ids(count)],
};

/** The bucket as it is when all jobs are in Slurm. */
async function beginAgain(endpoint: Endpoint): Promise<void> {
  for (const id of ids(jobs)) {
    const url = `http://127.0.0.1:${endpoint.ports.http}/${BUCKET}/${keyOf(prefixOf(id), STATUS_FILE)}`;
    const headers = { [`x-amz-meta-${SUBMISSION_METADATA}`]: SUBMISSION };
    const answer = await fetch(url, { method: "PUT", body: formatStatus("JOB_SUBMIT"), headers });
    if (!answer.ok) throw new Error(`PUT ${url}: ${answer.status}`);
  }
}

/** The files that sbatch keeps, one for each job. */
async function writeJobFiles(folder: string): Promise<void> {
  const files = new JobFiles(folder);
  for (const id of ids(jobs)) {
    const file: JobFile = {
      version: 1,
      id,
      bucket: BUCKET,
      prefix: prefixOf(id),
      submission: SUBMISSION,
      board: "board-0123456789abcdefghij",
      origins: [{ path: "/nowhere", at: "" }],
      isOpen: true,
      asked: {
        name: "job",
        user: "user",
        options: [],
        command: "/job.sh",
        workDir: "/",
        stdout: "/job.out",
      },
      submittedAt: new Date().toISOString(),
      results: "waiting",
    };
    await files.write(file);
  }
}

/** One call; @returns its seconds and requests */
async function call(
  args: string[],
  endpoint: Endpoint,
  { config, env }: { config: BenchConfig; env: Record<string, string> },
): Promise<{ seconds: number; requests: number }> {
  await endpoint.reset(0);
  await beginAgain(endpoint);
  await endpoint.reset(latencyMs);
  const program = join(config.checkout, "dist", "cloud-submit.cjs");
  const began = performance.now();
  await execute(process.execPath, [program, ...args], { env });
  const seconds = (performance.now() - began) / 1000;
  const { operations } = await endpoint.counts();
  return { seconds, requests: Object.values(operations).reduce((sum, count) => sum + count, 0) };
}

const shown = ({ median, min, max }: Spread) =>
  `${median.toFixed(2)} s (${min.toFixed(2)}–${max.toFixed(2)})`;

async function main(): Promise<void> {
  const config = benchConfig();
  const state = join(config.data, "state");
  mkdirSync(state, { recursive: true });
  const endpoint = await Endpoint.start(config);
  const env = {
    ...config.env,
    HOME: config.data,
    XDG_STATE_HOME: state,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "bench",
    AWS_SECRET_ACCESS_KEY: "bench",
    AWS_ENDPOINT_URL: `http://127.0.0.1:${endpoint.ports.http}`,
    CLOUD_SUBMIT_BUCKET: BUCKET,
  };
  try {
    const root = join(state, "cloud-submit", "slurm", BUCKET);
    await writeJobFiles(join(root, "jobs"));
    // No fetcher beside what is measured: it is another process, which nobody waits for.
    if (!(await takeFetcherLock(root))) throw new Error("the fetcher's lock is taken");
    const rows: string[] = [];
    for (const [name, course] of Object.entries(COURSES)) {
      const seconds: [number[], number[]] = [[], []];
      const requests: [number, number] = [0, 0];
      // The first one warms up what the system caches.
      for (let round = 0; round <= rounds; round += 1)
        for (const at of round % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const)) {
          const found = await call(course(at === 0 ? 1 : jobs), endpoint, { config, env });
          requests[at] = found.requests;
          if (round > 0) seconds[at].push(found.seconds);
        }
      const [one, several] = [spread(seconds[0]), spread(seconds[1])];
      const ratio = (several.median / one.median).toFixed(2);
      rows.push(
        `| \`${name}\` | ${shown(one)}; ${requests[0]} requests | ${shown(several)}; ${requests[1]} requests | ${ratio} |`,
      );
    }
    console.log(`${new Date().toISOString().slice(0, 10)}, ${config.machine}`);
    console.log(`median of ${rounds}; ${latencyMs} ms a request; load ${loadavg()[0]?.toFixed(1)}`);
    console.log(
      `| command | 1 job | ${jobs} jobs | ratio |\n|---|---|---|---|\n${rows.join("\n")}`,
    );
  } finally {
    await endpoint.stop();
    rmSync(config.data, { recursive: true, force: true });
  }
}

await main();

import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { processUse, readCalls } from "../process.ts";
import { type Spread, spread } from "../statistics.ts";
import type { MeasuredCloud } from "./measured-cloud.ts";
import { seedEnded } from "./seed-journal.ts";
import { isSteady } from "./steady.ts";

export interface AgentResults {
  idleSeconds: number;
  /** Share of one core. */
  idleCpu: number;
  /** Requests to S3 that it makes at rest. */
  idleRequestsPerMinute: number;
  /** Of those in all that time: neither the heartbeat nor the like, but about a job. */
  idleJobRequests: number;
  /** After everything that this run has let it do. */
  idleMemoryBytes: number;
  /** Of one that has just started, with an empty journal. */
  freshMemoryBytes: Spread;
  hookMs: { request: Spread; slurmEnded: Spread; nothing: Spread };
  /** From its start to being ready. */
  startMs: { emptyJournal: Spread; fullJournal: Spread; entries: number };
  /** Reads that it asks the system for until then: a count, the same on every machine. */
  startReads: { emptyJournal: Spread; fullJournal: Spread };
}

const HOOK_RUNS = 50;
const STARTS = 5;

/** Looks at the agent at rest, at its hooks, and at its start beside a long journal. */
export async function agentAtRest(
  cloud: MeasuredCloud,
  idleSeconds: number,
  entries: number,
): Promise<AgentResults> {
  cloud.forget();
  const before = cloud.agentUse();
  await sleep(idleSeconds * 1000);
  const after = cloud.agentUse();
  const requests = cloud.s3.take().filter(({ side }) => side === "agent");
  const fresh = await starts(cloud, 0);
  const full = await starts(cloud, entries);
  return {
    idleSeconds,
    idleCpu: (after.cpuSeconds - before.cpuSeconds) / idleSeconds,
    idleRequestsPerMinute: (requests.length / idleSeconds) * 60,
    idleJobRequests: requests.filter((line) => !isSteady(line)).length,
    idleMemoryBytes: after.memoryBytes,
    hookMs: hooks(cloud),
    freshMemoryBytes: spread(fresh.map(({ memoryBytes }) => memoryBytes)),
    startMs: {
      emptyJournal: spread(fresh.map(({ ms }) => ms)),
      fullJournal: spread(full.map(({ ms }) => ms)),
      entries,
    },
    startReads: {
      emptyJournal: spread(fresh.map(({ reads }) => reads)),
      fullJournal: spread(full.map(({ reads }) => reads)),
    },
  };
}

/** Wall time of the two hooks, and of a shell that does nothing: the cost of starting one. */
function hooks({ config }: MeasuredCloud): AgentResults["hookMs"] {
  const folder = mkdtempSync(join(tmpdir(), "cloud-submit-bench-"));
  try {
    for (const spool of ["requests", "endings"])
      mkdirSync(join(folder, "spool", spool), { recursive: true });
    mkdirSync(join(folder, "hooks"));
    for (const [source, name] of [
      ["request.sh", "request"],
      ["slurm-ended.sh", "slurm-ended"],
    ] as const)
      execFileSync("install", [
        join(config.checkout, "headnode", "hooks", source),
        join(folder, "hooks", name),
      ]);
    const time = (command: string, args: string[], env: (run: number) => Record<string, string>) =>
      spread(
        Array.from({ length: HOOK_RUNS }, (_, run) => {
          const began = performance.now();
          execFileSync(command, args, { env: env(run), stdio: "ignore" });
          return performance.now() - began;
        }),
      );
    return {
      request: time(join(folder, "hooks", "request"), [], (run) => ({
        SSM_Action: "run",
        SSM_Prefix: `job${run}`,
        SSM_Submission: "20260101T000000Z-000000000000",
        SSM_Requester: "000000000000",
      })),
      slurmEnded: time(join(folder, "hooks", "slurm-ended"), [], (run) => ({
        SLURM_JOB_COMMENT: `cloud-submit:job${run}:20260101T000000Z-000000000000`,
        SLURM_JOB_ID: `${run}`,
        SLURM_JOB_EXIT_CODE2: "0:0",
      })),
      nothing: time("/bin/sh", ["-c", ":"], () => ({})),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Start {
  ms: number;
  reads: number;
  memoryBytes: number;
}

/** Starts further agents with a journal of finished jobs, in a home of their own. */
async function starts(cloud: MeasuredCloud, entries: number): Promise<Start[]> {
  const home = mkdtempSync(join(tmpdir(), "cloud-submit-bench-"));
  try {
    seedEnded(join(home, "journal"), entries, 24, new Date());
    const all: Start[] = [];
    for (let start = 0; start < STARTS; start++) all.push(await startOnce(cloud, home));
    return all;
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

async function startOnce({ config, env, bucket }: MeasuredCloud, home: string): Promise<Start> {
  const ready = join(home, "agent.json");
  rmSync(ready, { force: true });
  const began = performance.now();
  const child = spawn(process.execPath, [join(config.checkout, "dist", "agent.cjs")], {
    env: {
      ...config.baseEnv,
      ...env,
      CLOUD_SUBMIT_BUCKET: bucket,
      CLOUD_SUBMIT_HOME: home,
      CLOUD_SUBMIT_WORK: join(home, "work"),
    },
    stdio: "ignore",
  });
  const ended = once(child, "exit");
  while (!existsSync(ready)) {
    if (child.exitCode !== null) throw new Error("the agent has ended");
    await sleep(2);
  }
  const ms = performance.now() - began;
  const reads = readCalls(child.pid ?? 0);
  const { memoryBytes } = processUse(child.pid ?? 0);
  child.kill("SIGTERM");
  await ended;
  return { ms, reads, memoryBytes };
}

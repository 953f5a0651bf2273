import { execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { encodeEntry, fileName } from "../../headnode/journal/entry-file.ts";
import { ENDED_FOLDER } from "../../headnode/journal/journal.ts";
import type { TransferVerdict } from "../../protocol/record.ts";
import { processUse, readCalls } from "../process.ts";
import { type Spread, spread } from "../statistics.ts";
import type { MeasuredCloud } from "./measured-cloud.ts";
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
  const before = processUse(cloud.agentPid);
  await sleep(idleSeconds * 1000);
  const after = processUse(cloud.agentPid);
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
    writeJournal(join(home, "journal"), entries);
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

/** A journal of jobs that ended today. */
function writeJournal(journal: string, entries: number): void {
  const folder = join(journal, ENDED_FOLDER);
  mkdirSync(folder, { recursive: true });
  const time = new Date().toISOString();
  for (let at = 0; at < entries; at++) {
    const prefix = `finished-${at}`;
    const submission = `20260101T000000Z-${randomBytes(6).toString("hex")}`;
    const transfer: TransferVerdict = {
      verdict: "complete",
      files: 5,
      bytes: 500,
      skipped: [],
      skippedCount: 0,
    };
    const text = encodeEntry({
      version: 1,
      prefix,
      submission,
      phase: "done",
      state: "JOB_COMPLETE",
      requester: { account: "000000000000" },
      statusEtag: randomBytes(16).toString("hex"),
      times: {
        requested: time,
        accepted: time,
        staged: time,
        submitted: time,
        ended: time,
        returned: time,
        final: time,
      },
      outbox: [],
      outcome: "completed",
      slurm: { jobId: `${at + 1}`, state: "COMPLETED", exitCode: 0, signal: 0, nodes: "local-1" },
      sbatchOutput: `Submitted batch job ${at + 1}\n`,
      stageIn: transfer,
      stageOut: transfer,
    });
    writeFileSync(join(folder, fileName({ prefix, submission })), text);
  }
}

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { mapBounded } from "../../bucket/flow/each-bounded.ts";
import { ownerOf } from "../../headnode/jobs/job-owner.ts";
import { encodeEntry, fileName } from "../../headnode/journal/entry-file.ts";
import type { JobEntry } from "../../headnode/journal/job-entry.ts";
import { slurmCommand } from "../../headnode/slurm/command.ts";
import { SlurmCommands } from "../../headnode/slurm/slurm.ts";
import { processUse, readCalls } from "../process.ts";
import { type Spread, spread } from "../statistics.ts";
import type { MeasuredCloud } from "./measured-cloud.ts";
import { endedEntry, seedEnded } from "./seed-journal.ts";

/** The agent beside many submissions. */
export interface ScaleResults {
  active: number;
  ended: number;
  startMs: number;
  startReads: number;
  /** Until it has asked Slurm for every job, and rests. */
  restAfterSeconds: number;
  restCpuSeconds: number;
  memoryBytes: number;
  peakMemoryBytes: number;
  idleSeconds: number;
  /** Share of one core at rest, looks at Slurm among it. */
  idleCpu: number;
  /** The question to Slurm of one look at all jobs. */
  activeJobsMs: Spread;
}

const SUBMITS_AT_ONCE = 4;
const QUESTIONS = 5;
/** Ended submissions are from so many hours: the days for which they are kept. */
const KEPT_HOURS = 29 * 24;
/** At rest it takes less than this share of a core, seen over so many seconds. */
const REST = { share: 0.05, seconds: 5, timeoutSeconds: 1200 };

/** Measures the shipped agent with so many jobs that wait in Slurm, and so many that have ended. */
export async function agentAtScale(
  cloud: MeasuredCloud,
  active: number,
  ended: number,
  idleSeconds: number,
): Promise<ScaleResults> {
  const { config, env, bucket } = cloud;
  const home = mkdtempSync(join(tmpdir(), "cloud-submit-scale-"));
  const roots = { home, workRoot: join(home, "work") };
  const journal = join(home, "journal");
  const slurmEnv = { ...config.baseEnv, SLURM_CONF: config.slurmConf };
  const runSlurm = slurmCommand({ bin: undefined, env: slurmEnv, openFiles: 1024 });
  try {
    mkdirSync(roots.workRoot, { recursive: true });
    seedEnded(journal, ended, KEPT_HOURS, new Date());
    const numbers = Array.from({ length: active }, (_, at) => at);
    const jobs = await mapBounded(numbers, SUBMITS_AT_ONCE, async (at) => {
      const {
        outcome: _o,
        stageOut: _s,
        slurm: _j,
        ...ofEnded
      } = endedEntry(`active-${at}`, "1", new Date());
      const { comment } = ownerOf(ofEnded, roots);
      const args = ["--parsable", "--hold", `--comment=${comment}`, "--chdir=/tmp", "--wrap=true"];
      const { code, stdout, stderr } = await runSlurm("sbatch", args);
      if (code !== 0) throw new Error(stderr);
      const jobId = stdout.trim();
      const entry: JobEntry = {
        ...ofEnded,
        phase: "running",
        state: "JOB_SUBMIT",
        slurm: { jobId, state: "PENDING", reason: "JobHeldUser", restarts: 0 },
        times: { ...ofEnded.times, ended: undefined, returned: undefined, final: undefined },
      };
      writeFileSync(join(journal, fileName(entry)), encodeEntry(entry));
      return jobId;
    });
    const slurm = new SlurmCommands(runSlurm, String(userInfo().uid), (ms) => sleep(ms));
    const activeJobsMs: number[] = [];
    for (let question = 0; question < QUESTIONS; question++) {
      const asked = performance.now();
      await slurm.activeJobs();
      activeJobsMs.push(performance.now() - asked);
    }
    const began = performance.now();
    const child = spawn(process.execPath, [join(config.checkout, "dist", "agent.cjs")], {
      env: {
        ...config.baseEnv,
        ...env,
        SLURM_CONF: config.slurmConf,
        CLOUD_SUBMIT_BUCKET: bucket,
        CLOUD_SUBMIT_HOME: home,
        CLOUD_SUBMIT_WORK: roots.workRoot,
      },
      stdio: "ignore",
    });
    const pid = child.pid ?? 0;
    const exit = once(child, "exit");
    try {
      while (!existsSync(join(home, "agent.json"))) {
        if (child.exitCode !== null) throw new Error("the agent has ended");
        await sleep(2);
      }
      const startMs = performance.now() - began;
      const startReads = readCalls(pid);
      await untilAtRest(pid);
      const restAfterSeconds = (performance.now() - began) / 1000;
      const before = processUse(pid);
      await sleep(idleSeconds * 1000);
      const after = processUse(pid);
      return {
        active,
        ended,
        startMs,
        startReads,
        restAfterSeconds,
        restCpuSeconds: before.cpuSeconds,
        memoryBytes: after.memoryBytes,
        peakMemoryBytes: after.peakMemoryBytes,
        idleSeconds,
        idleCpu: (after.cpuSeconds - before.cpuSeconds) / idleSeconds,
        activeJobsMs: spread(activeJobsMs),
      };
    } finally {
      child.kill("SIGTERM");
      await exit;
      for (let at = 0; at < jobs.length; at += 500)
        await runSlurm("scancel", jobs.slice(at, at + 500));
    }
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

async function untilAtRest(pid: number): Promise<void> {
  for (let waited = 0; waited < REST.timeoutSeconds; waited += REST.seconds) {
    const { cpuSeconds } = processUse(pid);
    await sleep(REST.seconds * 1000);
    if (processUse(pid).cpuSeconds - cpuSeconds < REST.share * REST.seconds) return;
  }
  throw new Error("the agent does not come to rest");
}

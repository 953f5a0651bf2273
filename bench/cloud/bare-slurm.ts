import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { eachBounded } from "../../bucket/flow/each-bounded.ts";
import { SBATCH_AT_ONCE } from "../../headnode/slurm/slurm.ts";
import { runTool } from "../../local/process/run-tool.ts";
import { slurmEnv } from "../../local/slurm/slurm.ts";
import { SCRIPT_FILE } from "../../protocol/objects.ts";
import { busyShare, machineUse } from "../process.ts";
import { prefixesOf } from "./jobs.ts";
import { LogReader } from "./log-reader.ts";
import type { MeasuredCloud } from "./measured-cloud.ts";
import { EMPTY_SCRIPT } from "./throughput.ts";

/** How fast Slurm is without agent and S3: the peer of the agent's throughput. */
export interface BareSlurmResults {
  jobs: number;
  /** From the first sbatch to the last job's end. */
  seconds: number;
  jobsPerSecond: number;
  machineBusy: number;
}

/** How a job ended, as slurmctld logs it before the job is done. */
export interface EndOfJob {
  jobId: string;
  succeeded: boolean;
}

/** The end of a job in a line of slurmctld's log; undefined: the line tells of none. */
export function endOfJob(line: string): EndOfJob | undefined {
  const [, jobId, how] =
    /_job_complete: JobId=(\d+) (WEXITSTATUS \d+|WTERMSIG \d+)/.exec(line) ?? [];
  return jobId === undefined ? undefined : { jobId, succeeded: how === "WEXITSTATUS 0" };
}

const LOOK_MS = 10;
const TIMEOUT_MS = 600_000;

/**
 * Submits as many jobs like those of the throughput run, as many at a time as the agent does, and waits for the last one's
 * end. The agent stands still meanwhile. Folders and scripts are there before the time begins, and Slurm is asked
 * nothing: its log tells.
 */
export async function bareSlurm(cloud: MeasuredCloud, jobs: number): Promise<BareSlurmResults> {
  const { config, agentPid } = cloud;
  const env = slurmEnv(config);
  const folders = prefixesOf("bare", jobs).map((name) => join(config.work, name));
  for (const folder of folders) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, SCRIPT_FILE), EMPTY_SCRIPT);
  }
  const log = new LogReader(join(config.log, "slurmctld.log"), endOfJob);
  log.take();
  const open = new Set<string>();
  try {
    process.kill(agentPid, "SIGSTOP");
    const machineBefore = machineUse();
    const began = performance.now();
    await eachBounded(folders, SBATCH_AT_ONCE, async (folder) => {
      const args = ["--parsable", `--chdir=${folder}`, SCRIPT_FILE];
      const { code, stdout, stderr } = await runTool("sbatch", args, env, {
        cwd: folder,
        timeout: TIMEOUT_MS,
      });
      if (code !== 0) throw new Error(`sbatch: exit code ${code}: ${stderr.trim()}`);
      open.add(stdout.trim());
    });
    for (;;) {
      for (const { jobId, succeeded } of log.take())
        if (open.delete(jobId) && !succeeded) throw new Error(`job ${jobId} has failed`);
      if (open.size === 0) break;
      if (performance.now() - began > TIMEOUT_MS)
        throw new Error(`${open.size} of ${jobs} jobs have not ended`);
      await sleep(LOOK_MS);
    }
    const seconds = (performance.now() - began) / 1000;
    const machineBusy = busyShare(machineBefore, machineUse());
    return { jobs, seconds, jobsPerSecond: jobs / seconds, machineBusy };
  } finally {
    process.kill(agentPid, "SIGCONT");
  }
}

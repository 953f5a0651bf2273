import { setTimeout as sleep } from "node:timers/promises";
import { eachBounded } from "../../bucket/flow/each-bounded.ts";
import { requestLog } from "../../local/faults/s3-proxy-service.ts";
import { pendingFolder } from "../../protocol/marker.ts";
import { SCRIPT_FILE } from "../../protocol/objects.ts";
import { busyShare, machineUse } from "../process.ts";
import type { Functions } from "./functions.ts";
import { prefixesOf, runJobs } from "./jobs.ts";
import { LogReader } from "./log-reader.ts";
import { type MeasuredCloud, parseS3Line } from "./measured-cloud.ts";
import { startRunner } from "./runner.ts";

/** How fast the agent is when nothing else holds it up. */
export interface ThroughputResults {
  jobs: number;
  cpus: number;
  /** From the agent's going on, with all requests pending, to the last JOB_COMPLETE. */
  seconds: number;
  jobsPerSecond: number;
  /** With the process that starts Slurm's commands. */
  agentCpuSeconds: number;
  machineBusy: number;
}

const AT_ONCE = 16;
const LOOK_MS = 50;

/** Ends at once, and prints nothing. */
export const EMPTY_SCRIPT = "#!/bin/sh\n";

/**
 * Stops the agent's process, lets requests gather, and measures from when it goes on: neither events, functions nor
 * SSM are in it, and Slurm has more CPUs than jobs run at a time.
 */
export async function throughput(
  cloud: MeasuredCloud,
  functions: Functions,
  jobs: number,
): Promise<ThroughputResults> {
  const { config, agentPid } = cloud;
  const prefixes = prefixesOf("empty", jobs);
  await eachBounded(prefixes, AT_ONCE, (prefix) =>
    cloud.put(`${prefix}/${SCRIPT_FILE}`, EMPTY_SCRIPT),
  );
  cloud.forget();
  const log = new LogReader(requestLog(config), parseS3Line);
  log.take();
  const runner = startRunner(cloud, functions);
  try {
    process.kill(agentPid, "SIGSTOP");
    const running = runJobs(cloud, prefixes, {
      quietMs: 500,
      timeoutMs: 600_000,
      atOnce: AT_ONCE,
      onAsked: (key) => runner.call(key),
    });
    let pending = 0;
    const gathered = async () => {
      while (pending < jobs) {
        for (const { side, operation, key } of log.take())
          if (side === "functions" && operation === "write" && key.startsWith(pendingFolder()))
            pending += 1;
        await sleep(LOOK_MS);
      }
    };
    // It rejects when something fails while they gather.
    await Promise.race([gathered(), running]);
    const [before, machineBefore] = [cloud.agentUse(), machineUse()];
    const began = performance.timeOrigin + performance.now();
    process.kill(agentPid, "SIGCONT");
    const seen = await running;
    const [after, machineAfter] = [cloud.agentUse(), machineUse()];
    const seconds = (Math.max(...seen.completed.values()) - began) / 1000;
    return {
      jobs,
      cpus: config.cpus,
      seconds,
      jobsPerSecond: jobs / seconds,
      agentCpuSeconds: after.cpuSeconds - before.cpuSeconds,
      machineBusy: busyShare(machineBefore, machineAfter),
    };
  } finally {
    process.kill(agentPid, "SIGCONT");
    await runner.end();
  }
}

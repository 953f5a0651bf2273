import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { replaceFile } from "../../bucket/disk/replace-file.ts";
import type { LocalConfig } from "../config.ts";
import { shellQuoted } from "../env-file.ts";

/**
 * ParallelCluster's reason for nodes for which AWS has no instance.
 * Source: aws-parallelcluster-node, slurm_plugin/resume.py and instance_manager.py.
 */
export const NO_CAPACITY = "(Code:InsufficientInstanceCapacity)Failure when resuming nodes";

/** Seconds that a node stays down before it can be asked for again; clustermgtd takes up to a minute. */
const DOWN_SECONDS = 30;

/**
 * Writes what slurmctld runs to make and to end the nodes of partition `cloud`: as on a ParallelCluster where AWS
 * has no instance of the type. The resume program sets the nodes down with the reason, so that Slurm puts their
 * jobs back into the queue; then they are powered down, as clustermgtd does, and can be asked for again.
 * @returns their paths
 */
export async function writePowerPrograms(
  config: LocalConfig,
): Promise<{ resume: string; suspend: string }> {
  const folder = join(config.slurm, "power");
  mkdirSync(folder, { recursive: true });
  const log = shellQuoted(join(config.log, "power"));
  const resume = `${own(config)}
printf 'resume %s\\n' "$1" >>${log}
scontrol update nodename="$1" state=down reason=${shellQuoted(NO_CAPACITY)} || exit 1
sleep ${DOWN_SECONDS}
exec scontrol update nodename="$1" state=power_down
`;
  const suspend = `${own(config)}
printf 'suspend %s\\n' "$1" >>${log}
`;
  return {
    resume: await written(join(folder, "resume"), resume),
    suspend: await written(join(folder, "suspend"), suspend),
  };
}

/** slurmctld gives its programs an environment of its own making. */
function own(config: LocalConfig): string {
  return `#!/bin/sh
# Written by local/slurm/power-programs.ts.
export SLURM_CONF=${shellQuoted(config.slurmConf)} PATH=${shellQuoted(config.baseEnv["PATH"] ?? "")}`;
}

async function written(file: string, script: string): Promise<string> {
  await replaceFile(file, script, { mode: 0o755 });
  return file;
}

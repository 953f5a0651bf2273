import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { replaceFile } from "../../bucket/disk/replace-file.ts";
import type { LocalConfig } from "../config.ts";
import { shellQuoted } from "../env-file.ts";
import { findCommand } from "./real-command.ts";

/** Slurm's commands that jobs may call, as far as they are there. */
const COMMANDS = "sbatch srun salloc squeue scancel scontrol sinfo sacct".split(" ");

/**
 * Writes Slurm's commands for jobs, and the program that puts them first on the PATH of every task. On a cluster
 * slurm.conf is where commands look for it; here SLURM_CONF says where, and snakemake's plugin for jobs takes all
 * variables of Slurm away from srun.
 * @returns path of the program, for TaskProlog of slurm.conf(5)
 */
export async function writeJobCommands(config: LocalConfig): Promise<string> {
  const bin = join(config.slurm, "job-commands");
  mkdirSync(bin, { recursive: true });
  for (const name of COMMANDS) {
    const real = findCommand(config, name);
    if (real === undefined) continue;
    await written(
      join(bin, name),
      `: "\${SLURM_CONF:=${config.slurmConf}}"
export SLURM_CONF
exec ${shellQuoted(real)} "$@"`,
    );
  }
  const prolog = `case ":$PATH:" in *:${bin}:*) ;; *) echo "export PATH=${bin}:$PATH" ;; esac`;
  return await written(join(config.slurm, "task-prolog"), prolog);
}

async function written(file: string, script: string): Promise<string> {
  const text = `#!/bin/sh\n# Written by local/slurm/job-commands.ts.\n${script}\n`;
  await replaceFile(file, text, { mode: 0o755 });
  return file;
}

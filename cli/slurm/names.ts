import { basename, extname } from "node:path";

/** The commands that this program acts as when it is called by their name. */
export const SLURM_NAMES = [
  "sbatch",
  "squeue",
  "scancel",
  "sacct",
  "scontrol",
  "sinfo",
  "sacctmgr",
  "srun",
  "salloc",
  "sshare",
] as const;
export type SlurmName = (typeof SLURM_NAMES)[number];

/** Of their names, those of commands that change something; the others only print. */
export const SLURM_CHANGING = /^(sbatch|scancel|srun|salloc)$/;

/** A call of one of Slurm's commands. */
export interface SlurmCall {
  name: SlurmName;
  /** Arguments after the name. */
  argv: readonly string[];
}

/**
 * The command of Slurm that the program is called as: by a link of its name, or as `cloud-submit slurm run NAME ...`.
 * Undefined: none.
 *
 * @param argv the whole command line, from the interpreter on
 */
export function slurmCall(argv: readonly string[]): SlurmCall | undefined {
  const [, program = "", first, second, third, ...more] = argv;
  const name = nameOf(basename(program, extname(program)));
  if (name) return { name, argv: argv.slice(2) };
  if (first !== "slurm" || second !== "run") return undefined;
  const named = nameOf(third);
  return named && { name: named, argv: more };
}

function nameOf(text: string | undefined): SlurmName | undefined {
  return SLURM_NAMES.find((name) => name === text);
}

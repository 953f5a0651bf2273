import type { SlurmName } from "./names.ts";

/** Implementation of one of Slurm's commands. */
export interface SlurmCommand {
  /**
   * @param argv what follows the command's name
   * @param env the caller's environment
   * @returns the exit code
   */
  run: (argv: readonly string[], env: NodeJS.ProcessEnv) => Promise<number>;
}

/** Loads what does each command. */
export const SLURM_COMMANDS: Readonly<Record<SlurmName, () => Promise<SlurmCommand>>> = {
  sbatch: () => import("./sbatch.ts"),
  squeue: () => import("./view/squeue.ts"),
  scancel: () => import("./fetcher/scancel.ts"),
  sacct: () => import("./view/sacct.ts"),
  scontrol: () => import("./view/scontrol.ts"),
  sinfo: () => import("./view/sinfo.ts"),
  sacctmgr: () => import("./view/sacctmgr.ts"),
  srun: async () => (await import("./interactive.ts")).interactive("srun"),
  salloc: async () => (await import("./interactive.ts")).interactive("salloc"),
  sshare: () => import("./sshare.ts"),
};

/** The version of Slurm whose commands these are like, as `--version` prints it. */
export const SLURM_VERSION = "slurm 24.05.8";

import { slurmError } from "./slurm-error.ts";

/** A command that needs a line to the nodes: it says in one line that there is none. */
export function interactive(name: "srun" | "salloc"): { run: () => Promise<number> } {
  return {
    run: async () => {
      throw slurmError(
        name,
        `the cluster is reached through S3 alone, so nothing can run interactively: put the work into a job script and call sbatch (inside of a job, ${name} is Slurm's own)`,
      );
    },
  };
}

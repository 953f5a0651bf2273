import { slurmError } from "../slurm-error.ts";

/** `squeue`, to be written. */
export async function run(): Promise<number> {
  throw slurmError("squeue", "this command is not there yet");
}

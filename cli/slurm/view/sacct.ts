import { slurmError } from "../slurm-error.ts";

/** `sacct`, to be written. */
export async function run(): Promise<number> {
  throw slurmError("sacct", "this command is not there yet");
}

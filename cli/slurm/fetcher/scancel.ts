import { slurmError } from "../slurm-error.ts";

/** `scancel`, to be written. */
export async function run(): Promise<number> {
  throw slurmError("scancel", "this command is not there yet");
}

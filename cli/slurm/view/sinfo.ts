import { slurmError } from "../slurm-error.ts";

/** `sinfo`, to be written. */
export async function run(): Promise<number> {
  throw slurmError("sinfo", "this command is not there yet");
}

import { slurmError } from "../slurm-error.ts";

/** `scontrol`, to be written. */
export async function run(): Promise<number> {
  throw slurmError("scontrol", "this command is not there yet");
}

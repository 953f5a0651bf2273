import { slurmError } from "../slurm-error.ts";

/** `sacctmgr`, to be written. */
export async function run(): Promise<number> {
  throw slurmError("sacctmgr", "this command is not there yet");
}

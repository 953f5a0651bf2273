import { JOB_ID_FILE, keyOf, SBATCH_OUTPUT_FILE } from "../../protocol/objects.ts";
import type { ObjectWriter } from "../object-store.ts";
import { TEXT } from "./written-as.ts";

/** Writes everything that sbatch printed. */
export async function writeSbatchOutput(
  store: ObjectWriter,
  prefix: string,
  output: string,
): Promise<void> {
  await store.put(keyOf(prefix, SBATCH_OUTPUT_FILE), output, TEXT);
}

/** Removes what an earlier submission has left of both: this one has neither. */
export async function removeSbatchFiles(
  store: ObjectWriter,
  prefix: string,
  { keepOutput }: { keepOutput: boolean },
): Promise<void> {
  await store.delete(keyOf(prefix, JOB_ID_FILE));
  if (!keepOutput) await store.delete(keyOf(prefix, SBATCH_OUTPUT_FILE));
}

/** Writes the Slurm job id. */
export async function writeJobId(
  store: ObjectWriter,
  prefix: string,
  jobId: string,
): Promise<void> {
  await store.put(keyOf(prefix, JOB_ID_FILE), `${jobId}\n`, TEXT);
}

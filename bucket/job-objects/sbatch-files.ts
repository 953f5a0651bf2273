import { JOB_ID_FILE, keyOf, SBATCH_OUTPUT_FILE } from "../../protocol/objects.ts";
import type { ObjectWriter } from "../object-store.ts";
import { removeIfAllowed } from "./remove-if-allowed.ts";
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
  for (const name of keepOutput ? [JOB_ID_FILE] : [JOB_ID_FILE, SBATCH_OUTPUT_FILE]) {
    const key = keyOf(prefix, name);
    // One that has to stay says nothing any more.
    if (!(await removeIfAllowed(store, key))) await store.put(key, "", TEXT);
  }
}

/** Writes the Slurm job id. */
export async function writeJobId(
  store: ObjectWriter,
  prefix: string,
  jobId: string,
): Promise<void> {
  await store.put(keyOf(prefix, JOB_ID_FILE), `${jobId}\n`, TEXT);
}

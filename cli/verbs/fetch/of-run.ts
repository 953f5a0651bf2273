import {
  CLOSING_FILE,
  DATASET_FILE,
  JOB_ID_FILE,
  MANIFEST_FILE,
  RECORD_FILE,
  SBATCH_OUTPUT_FILE,
  STATUS_FILE,
  SWEEP_FILE,
} from "../../../protocol/objects.ts";
import type { JobRecord } from "../../../protocol/record.ts";

/** Whether an object is of the run that a record tells of: what the cloud side wrote of an earlier one may still be there. */
export function isOfRun(path: string, record: JobRecord | undefined): boolean {
  switch (path) {
    case STATUS_FILE:
    case MANIFEST_FILE:
    case CLOSING_FILE:
    case DATASET_FILE:
    case SWEEP_FILE:
      return false;
    case RECORD_FILE:
      return record !== undefined;
    case JOB_ID_FILE:
      return record?.slurm !== undefined;
    case SBATCH_OUTPUT_FILE:
      return record?.slurm !== undefined || record?.error?.code === "sbatch-refused";
    default:
      return true;
  }
}

/** The Slurm job script, written by the user. */
export const SCRIPT_FILE = "job-aws-run.sh";
/** The state: one line, one word. Written by both sides. */
export const STATUS_FILE = "job-aws-stat.txt";
/** Everything sbatch printed. */
export const SBATCH_OUTPUT_FILE = "job-aws-sbatch.out";
/** The Slurm job id. */
export const JOB_ID_FILE = "job-aws-jobid.txt";
/** The job record (see record.ts). */
export const RECORD_FILE = "job-aws-job.json";

/** All that the submitter sent, object by object (see manifest.ts). Written by the client, before FILE_UPLOAD. */
export const MANIFEST_FILE = "job-aws-manifest.json";

/** The last inputs of an open submission (see open-submission.ts). Written by the client, after FILE_UPLOAD. */
export const CLOSING_FILE = "job-aws-closing.json";

/** All that a data set holds, object by object (see dataset.ts). Its prefix is no job's. Written by the client, last of all. */
export const DATASET_FILE = "job-aws-dataset.json";

/** The rows of a sweep (see sweep.ts). Written by the client, under the sweep's name. */
export const SWEEP_FILE = "job-aws-sweep.json";

/** A longer object is no sweep. */
export const SWEEP_MAX_BYTES = 16 << 20;

/** Objects at the top of a prefix that belong to the protocol: never staged in, never sent back. */
export const PROTOCOL_FILES: ReadonlySet<string> = new Set([
  STATUS_FILE,
  SBATCH_OUTPUT_FILE,
  JOB_ID_FILE,
  RECORD_FILE,
  MANIFEST_FILE,
  CLOSING_FILE,
  DATASET_FILE,
  SWEEP_FILE,
]);

/** The system's own part of the bucket; no prefix can begin like this. */
export const SYSTEM_FOLDER = ".cloud-submit/";

/**
 * Where the output of running jobs is. Below SYSTEM_FOLDER, so that no client, however old, takes it for a
 * file of the job; and so that one lifecycle rule clears away what an agent that was lost left behind.
 */
export const LIVE_FOLDER = `${SYSTEM_FOLDER}live/`;

/** Metadata key on objects that the agent wrote, so that a job's own files start nothing. */
export const WRITER_METADATA = "cloud-submit-writer";

/** The key of `file` under a job's prefix. */
export function keyOf(prefix: string, file: string): string {
  return `${prefix}/${file}`;
}

/** The text before `/job-aws-stat.txt` in a status object's key; undefined for any other key. */
export function prefixOfStatusKey(key: string): string | undefined {
  const tail = `/${STATUS_FILE}`;
  return key.endsWith(tail) ? key.slice(0, -tail.length) : undefined;
}

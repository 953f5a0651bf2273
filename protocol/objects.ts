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

/** Objects at the top of a prefix that the cloud side owns: never staged in, never sent back. */
export const PROTOCOL_FILES: ReadonlySet<string> = new Set([
  STATUS_FILE,
  SBATCH_OUTPUT_FILE,
  JOB_ID_FILE,
  RECORD_FILE,
]);

/** The system's own part of the bucket; no prefix can begin like this. */
export const SYSTEM_FOLDER = ".cloud-submit/";

/** Where pending markers are. */
export const PENDING_FOLDER = `${SYSTEM_FOLDER}pending/`;

/** Metadata key on objects that the agent wrote, so that a job's own files start nothing. */
export const WRITER_METADATA = "cloud-submit-writer";

/** What a request asks the Head Node to do; `check`: answer for a job that it is said to have. */
export const ACTIONS = ["run", "cancel", "check"] as const;
export type Action = (typeof ACTIONS)[number];

/** The key of `file` under a job's prefix. */
export function keyOf(prefix: string, file: string): string {
  return `${prefix}/${file}`;
}

/** The text before `/job-aws-stat.txt` in a status object's key; undefined for any other key. */
export function prefixOfStatusKey(key: string): string | undefined {
  const tail = `/${STATUS_FILE}`;
  return key.endsWith(tail) ? key.slice(0, -tail.length) : undefined;
}

/**
 * The key of a pending marker: it exists from the moment a request is sent until it is answered by a
 * state of the agent's. One key per request, so that removing an old one cannot remove a newer one.
 */
export function pendingKey(prefix: string, action: Action, submission: string): string {
  return `${PENDING_FOLDER}${prefix}/${action}-${submission}.json`;
}

/** The request that a key below PENDING_FOLDER is the marker of; undefined for any other key. */
export function requestOfPendingKey(
  key: string,
): { prefix: string; action: Action; submission: string } | undefined {
  if (!key.startsWith(PENDING_FOLDER)) return undefined;
  const found = /^([^/]+)\/([a-z]+)-([^/]+)\.json$/.exec(key.slice(PENDING_FOLDER.length));
  const [, prefix = "", word, submission = ""] = found ?? [];
  const action = ACTIONS.find((one) => one === word);
  return action && { prefix, action, submission };
}

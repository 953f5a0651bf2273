/** Everything that can go wrong, as a closed set: tests and scripts match these, never the wording. */
export const ERROR_CODES = [
  /** The prefix breaks the rule in prefix.ts. */
  "bad-prefix",
  /** The prefix holds no job-aws-run.sh. */
  "no-script",
  /** The job's folder could not be brought to the cluster. */
  "stage-in-failed",
  /** The bucket no longer holds what the submission's manifest names. */
  "inputs-changed",
  /** An option for sbatch that is not passed on, or metadata that names no jobs to begin after. */
  "bad-option",
  /** A job that it was to begin after did not end as it should have, or is not known. */
  "dependency-failed",
  /** sbatch refused the job; its words are in job-aws-sbatch.out. */
  "sbatch-refused",
  /** Cancelled before Slurm had it. */
  "cancelled",
  /** FILE_UPLOAD for a prefix whose job is still active. */
  "active-job",
  /** The Head Node did not take the request within the deadline. */
  "unreachable",
  /** SSM could not have the request taken, and repeating would not help. */
  "command-failed",
  /** Slurm does not know the job any more. */
  "lost",
  /** Slurm did not answer. */
  "slurm",
  /** A setting is missing or wrong. */
  "config",
  /** The command line is wrong. */
  "usage",
  /** There is no such job in the bucket. */
  "no-such-job",
  /** A file could not be transferred. */
  "transfer",
  /** AWS refused or could not be reached. */
  "aws",
  /** The time given to `wait` is over. */
  "timeout",
  /** AWS takes the credentials no more, or there are none. */
  "credentials",
  /** The user has ended the program. */
  "interrupted",
  /** Anything else: a defect. */
  "internal",
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

/** The one error of this project: a code of the closed set and one line that says what to do. */
export class CloudSubmitError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = "CloudSubmitError";
    this.code = code;
  }

  /** `thrown` itself when it is one of ours, else wrapped under `code`; the cause is kept. */
  static from(thrown: unknown, code: ErrorCode = "internal"): CloudSubmitError {
    if (thrown instanceof CloudSubmitError) return thrown;
    return new CloudSubmitError(code, messageOf(thrown), { cause: thrown });
  }
}

/** One line that says what was thrown, whatever it is. */
export function messageOf(thrown: unknown): string {
  return (
    textOf(thrown)
      .replace(/\s*\n\s*/g, " ")
      .trim() || "an error without a message"
  );
}

function textOf(thrown: unknown): string {
  try {
    if (!(thrown instanceof Error)) return String(thrown);
    return [thrown.name === "Error" ? "" : thrown.name, thrown.message].filter(Boolean).join(": ");
  } catch {
    // Not every object can be made a text.
    return "";
  }
}

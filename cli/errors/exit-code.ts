import type { ErrorCode } from "../../protocol/error.ts";
import type { JobRecord } from "../../protocol/record.ts";
import type { Ended } from "../jobs/wait-for-jobs.ts";
import type { Say } from "../messages/say.ts";

/** Exit codes of every verb; documented in docs/cli.md. */
export const EXIT = {
  ok: 0,
  jobFailed: 1,
  usage: 2,
  jobError: 3,
  timeout: 4,
  cancelled: 5,
  transfer: 6,
  credentials: 7,
  interrupted: 130,
} as const;

/** Each exit code, and what it means. */
export function exitCodeMeanings(say: Say): [number, string][] {
  const names = Object.keys(EXIT) as (keyof typeof EXIT)[];
  return names.map((name) => [EXIT[name], say(`help.exit.${name}`)]);
}

/** The exit code that tells how a job ended. */
export function exitCodeOf(record: JobRecord): number {
  if (record.outcome === "cancelled") return EXIT.cancelled;
  if (record.state === "JOB_ERROR") return EXIT.jobError;
  if (record.outcome !== "completed") return EXIT.jobFailed;
  return record.stageOut?.verdict === "partial" ? EXIT.transfer : EXIT.ok;
}

/** The exit codes of errors of the command itself; for a new one the compiler asks. */
const OF_ERRORS: Readonly<Record<ErrorCode, keyof typeof EXIT>> = {
  usage: "usage",
  config: "usage",
  "bad-prefix": "usage",
  "bad-option": "usage",
  "no-script": "usage",
  "no-such-job": "usage",
  "active-job": "usage",
  timeout: "timeout",
  "stage-in-failed": "transfer",
  "inputs-changed": "transfer",
  "dependency-failed": "transfer",
  "sbatch-refused": "transfer",
  cancelled: "transfer",
  unreachable: "transfer",
  "command-failed": "transfer",
  lost: "transfer",
  slurm: "transfer",
  transfer: "transfer",
  aws: "transfer",
  credentials: "credentials",
  interrupted: "interrupted",
  internal: "transfer",
};

/** The exit code for an error of the command itself. */
export function exitCodeOfError(code: ErrorCode): number {
  return EXIT[OF_ERRORS[code]];
}

/** Most severe first: what could not be found out, then how jobs ended. */
const WORST_FIRST: readonly number[] = [
  EXIT.usage,
  EXIT.credentials,
  EXIT.transfer,
  EXIT.timeout,
  EXIT.jobError,
  EXIT.jobFailed,
  EXIT.cancelled,
];

/** The exit code for several jobs: the worst of theirs, 0 only if all completed. */
export function exitCodeOfAll(ended: readonly Ended[]): number {
  return worstOf(ended.map(exitCodeOfOne));
}

/** The worst of several exit codes. */
export function worstOf(codes: readonly number[]): number {
  return WORST_FIRST.find((code) => codes.includes(code)) ?? EXIT.ok;
}

/** The exit code for several of which some may be done: `usage` says that none is. */
export function exitCodeOfSome(codes: readonly number[], someAreDone: boolean): number {
  return worstOf(codes.map((code) => (someAreDone && code === EXIT.usage ? EXIT.transfer : code)));
}

/** The exit code that tells how the waiting for one job ended. */
export function exitCodeOfOne({ record, error }: Ended): number {
  return record ? exitCodeOf(record) : exitCodeOfError(error.code);
}

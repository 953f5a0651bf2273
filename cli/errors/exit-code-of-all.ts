import type { Ended } from "../jobs/wait-for-jobs.ts";
import { EXIT, exitCodeOf, exitCodeOfError } from "./exit-code.ts";

/** What matters most first: what could not be found out, then how jobs ended. */
const WORST_FIRST: readonly number[] = [
  EXIT.usage,
  EXIT.transfer,
  EXIT.timeout,
  EXIT.jobError,
  EXIT.jobFailed,
  EXIT.cancelled,
];

/** The exit code for several jobs: the worst of theirs, 0 only if all completed. */
export function exitCodeOfAll(ended: readonly Ended[]): number {
  const codes = new Set(ended.map(exitCodeOfOne));
  return WORST_FIRST.find((code) => codes.has(code)) ?? EXIT.ok;
}

/** The exit code that tells how the waiting for one job ended. */
export function exitCodeOfOne({ record, error }: Ended): number {
  return record ? exitCodeOf(record) : exitCodeOfError(error.code);
}

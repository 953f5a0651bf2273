import type { ErrorCode } from "../../protocol/error.ts";
import type { JobRecord } from "../../protocol/record.ts";

/** Exit codes of every verb; documented in docs/cli.md. */
export const EXIT = {
  ok: 0,
  jobFailed: 1,
  usage: 2,
  jobError: 3,
  timeout: 4,
  cancelled: 5,
  transfer: 6,
  interrupted: 130,
} as const;

/** The exit code that tells how a job ended. */
export function exitCodeOf(record: JobRecord): number {
  if (record.outcome === "cancelled") return EXIT.cancelled;
  if (record.state === "JOB_ERROR") return EXIT.jobError;
  if (record.outcome !== "completed") return EXIT.jobFailed;
  return record.stageOut?.verdict === "partial" ? EXIT.transfer : EXIT.ok;
}

/** The exit code for an error of the command itself. */
export function exitCodeOfError(code: ErrorCode): number {
  switch (code) {
    case "usage":
    case "config":
    case "bad-prefix":
    case "bad-option":
    case "no-script":
    case "no-such-job":
    case "active-job":
      return EXIT.usage;
    case "timeout":
      return EXIT.timeout;
    default:
      return EXIT.transfer;
  }
}

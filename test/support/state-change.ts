import type { StateChange } from "../../protocol/event.ts";

/** The event of job1 that says a submission is complete. */
export function completed(submission: string, at: Date): StateChange {
  return {
    version: 1,
    bucket: "b",
    prefix: "job1",
    submission,
    from: "JOB_SUBMIT",
    to: "JOB_COMPLETE",
    at: at.toISOString(),
  };
}

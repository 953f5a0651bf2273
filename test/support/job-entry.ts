import type { JobEntry } from "../../headnode/journal/job-entry.ts";

/** A submission as the agent has just accepted it, but for what is said otherwise. */
export function jobEntry(changes: Partial<JobEntry> = {}): JobEntry {
  return {
    version: 1,
    prefix: "job1",
    submission: "s1",
    phase: "accepted",
    state: "FILE_UPLOAD",
    statusEtag: "e",
    times: {},
    outbox: [],
    ...changes,
  };
}

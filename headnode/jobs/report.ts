import type { StateChange } from "../../protocol/event.ts";
import type { JobRecord } from "../../protocol/record.ts";
import { FINAL_STATES, type State } from "../../protocol/state.ts";
import { isWaiting, type JobEntry } from "../journal/job-entry.ts";

/** The state of a job that Slurm has: of a submission that was given up, JOB_ERROR stays until its job's end. */
export function stateInSlurm({ givenUpAt }: JobEntry): State {
  return givenUpAt === undefined ? "JOB_SUBMIT" : "JOB_ERROR";
}

/** The job record of an entry. Of a submission that was given up, it tells that end until it knows another. */
export function recordOf(entry: JobEntry, state: State): JobRecord {
  if (entry.givenUpAt !== undefined && entry.times.final === undefined) return givenUp(entry);
  return {
    version: 1,
    prefix: entry.prefix,
    submission: entry.submission,
    state,
    outcome: entry.outcome,
    error: entry.error,
    requester: entry.requester,
    slurm: entry.slurm,
    stageIn: entry.stageIn,
    stageOut: entry.stageOut,
    sbatchOptions: entry.sbatchOptions,
    output: entry.output,
    waitsFor: isWaiting(entry) ? entry.waitsFor : undefined,
    notes: entry.notes,
    times: entry.times,
    refused: entry.refused,
  };
}

function givenUp({ prefix, submission, requester, refused, times, ...entry }: JobEntry): JobRecord {
  const { goesOn, slurm, outcome, givenUpAt } = entry;
  const hasBegun = goesOn || (slurm !== undefined && outcome !== undefined);
  const later = hasBegun
    ? `, and job ${slurm?.jobId} had begun: it goes on, and JOB_COMPLETE with its results follows its end`
    : "";
  return {
    version: 1,
    prefix,
    submission,
    state: "JOB_ERROR",
    outcome: "unreachable",
    error: { code: "unreachable", message: `the Head Node had not answered for too long${later}` },
    requester,
    times: { ...times, final: givenUpAt },
    refused,
  };
}

/** "Job State Change" from the entry's state to `to`. */
export function stateChange(
  entry: JobEntry,
  to: State,
  ports: { bucket: string; now(): Date },
): StateChange {
  return {
    version: 1,
    bucket: ports.bucket,
    prefix: entry.prefix,
    submission: entry.submission,
    from: entry.state,
    to,
    at: ports.now().toISOString(),
    outcome: entry.outcome,
    error: entry.error,
    slurmJobId: entry.slurm?.jobId,
    exitCode: entry.slurm?.exitCode,
    signal: entry.slurm?.signal,
    requester: entry.requester,
    commandId: entry.commandId,
    arrived: entry.arrived,
    requestedAt: entry.times.requested,
    submittedAt: entry.times.submitted,
    endedAt: entry.times.ended,
    bytesIn: entry.stageIn?.bytes,
    filesIn: entry.stageIn?.files,
    bytesOut: entry.stageOut?.bytes,
    filesOut: entry.stageOut?.files,
    // At the beginning, for one to be asked who is to be told of the end.
    notify: to === "JOB_SUBMIT" || FINAL_STATES.has(to) ? entry.notify : undefined,
  };
}

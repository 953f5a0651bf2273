import { writeRecord } from "../../bucket/job-objects/record.ts";
import { messageOf } from "../../protocol/error.ts";
import { ownerOf } from "../jobs/job-owner.ts";
import { recordOf } from "../jobs/report.ts";
import type { JobEntry } from "../journal/job-entry.ts";
import type { SlurmTask } from "../slurm/job-state.ts";
import type { Step, StepPorts, StepResult } from "./ports.ts";

/**
 * The step of a job that Slurm has, of a submission that the sweep may have given up meanwhile: one that has not begun is cancelled,
 * as its user was told; one that has begun goes on to its end, so that nothing is lost of what it did. Any other is not touched.
 */
export function respectEnd(step: Step): Step {
  return async (entry, ports) => {
    const isDecided = entry.givenUpAt === undefined || entry.goesOn || entry.open === "failed";
    if (isDecided || entry.cancelRequested) return step(entry, ports);
    const jobId = entry.slurm?.jobId ?? "";
    const { tasks } = await ports.slurm.look(jobId, ownerOf(entry, ports), entry.jobName);
    return hasBegun(entry, tasks) ? goingOn(entry, ports) : CANCELLED;
  };
}

/** It is cancelled as an open submission's job is that cannot run. */
const CANCELLED: StepResult = {
  open: "failed",
  error: {
    code: "unreachable",
    message: "the Head Node had not answered for too long: the job was cancelled before it began",
  },
  waitsFor: undefined,
  isToldToWait: undefined,
};

/** Whether anything of a job has begun, or may have: Slurm forgets what has ended. */
function hasBegun({ slurm, array, hookExit }: JobEntry, tasks: readonly SlurmTask[]): boolean {
  if (tasks.length === 0 || hookExit !== undefined) return true;
  if (slurm?.startedAt !== undefined || array?.startedAt !== undefined) return true;
  if (tasks.some(({ state, restarts }) => state !== "PENDING" || restarts > 0)) return true;
  return array !== undefined && (array.ends.length > 0 || array.submitted !== array.waiting);
}

/** Its record, beside JOB_ERROR, tells that JOB_COMPLETE follows. */
async function goingOn(entry: JobEntry, { store, log }: StepPorts): Promise<StepResult> {
  const { prefix, submission } = entry;
  const goesOn = { goesOn: true, error: undefined, state: "JOB_ERROR" } as const;
  try {
    await writeRecord(store, recordOf({ ...entry, ...goesOn }, "JOB_ERROR"));
  } catch (error) {
    // Its end does not wait for it.
    log("warn", "the record is left for later", { prefix, submission, error: messageOf(error) });
  }
  return goesOn;
}

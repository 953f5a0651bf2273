import { writeRecord } from "../../bucket/job-objects/record.ts";
import { writeJobId, writeSbatchOutput } from "../../bucket/job-objects/sbatch-files.ts";
import { readStatus, writeStatus } from "../../bucket/job-objects/status.ts";
import { isWholeCancel } from "../../protocol/cancel.ts";
import { type GivenUp, lookWhetherGivenUp } from "../jobs/given-up.ts";
import { recordOf, stateChange } from "../jobs/report.ts";
import type { JobEntry } from "../journal/job-entry.ts";
import type { Step, StepPorts } from "./ports.ts";

/**
 * submitted → running: what sbatch said, the job id and the record, then JOB_SUBMIT; of a submission that was given up, nothing:
 * its end is in the bucket.
 */
export const announce: Step = async (entry, ports) => {
  const { prefix } = entry;
  const { store } = ports;
  if (entry.givenUpAt !== undefined) return { phase: "running" };
  await Promise.all([
    writeSbatchOutput(store, prefix, entry.sbatchOutput ?? ""),
    writeJobId(store, prefix, entry.slurm?.jobId ?? ""),
    writeRecord(store, recordOf(entry, "JOB_SUBMIT")),
  ]);
  const written = await writeSubmitState(entry, ports);
  if (typeof written === "object") {
    await writeRecord(store, recordOf({ ...entry, ...written }, "JOB_ERROR"));
    return { phase: "running", ...written };
  }
  const cancelled = written === "cancel";
  return {
    phase: "running",
    state: cancelled ? "JOB_CANCEL" : "JOB_SUBMIT",
    ...(cancelled && { cancelRequested: true }),
    announce: stateChange(entry, "JOB_SUBMIT", ports),
  };
};

/**
 * Puts JOB_SUBMIT in place of the FILE_UPLOAD, but never over a JOB_CANCEL that came meanwhile, nor over the end of a submission
 * that was given up.
 */
async function writeSubmitState(
  entry: JobEntry,
  ports: StepPorts,
): Promise<"submit" | "cancel" | GivenUp> {
  const { prefix, submission, statusEtag } = entry;
  const { store } = ports;
  for (let ifMatch: string | undefined = statusEtag; ; ) {
    if (await writeStatus(store, prefix, "JOB_SUBMIT", { ifMatch, submission })) return "submit";
    const status = await readStatus(store, prefix);
    if (status?.state === "JOB_CANCEL")
      // One for a part of the job is answered with JOB_SUBMIT.
      return isWholeCancel(status.metadata) ? "cancel" : "submit";
    if (status?.state === "JOB_SUBMIT") return "submit";
    const givenUp = await lookWhetherGivenUp(entry, ports, status);
    if (givenUp) return givenUp;
    ifMatch = status?.etag;
  }
}

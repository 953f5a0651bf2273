import { writeRecord } from "../../bucket/job-objects/record.ts";
import { writeJobId, writeSbatchOutput } from "../../bucket/job-objects/sbatch-files.ts";
import { readStatus, writeStatus } from "../../bucket/job-objects/status.ts";
import { isWholeCancel } from "../../protocol/cancel.ts";
import { recordOf, stateChange } from "../jobs/report.ts";
import type { JobEntry } from "../journal/job-entry.ts";
import type { Step, StepPorts } from "./ports.ts";

/** submitted → running: what sbatch said, the job id and the record, then JOB_SUBMIT. */
export const announce: Step = async (entry, ports) => {
  const { prefix } = entry;
  const { store } = ports;
  await Promise.all([
    writeSbatchOutput(store, prefix, entry.sbatchOutput ?? ""),
    writeJobId(store, prefix, entry.slurm?.jobId ?? ""),
    writeRecord(store, recordOf(entry, "JOB_SUBMIT")),
  ]);
  const cancelled = (await writeSubmitState(entry, ports)) === "cancel";
  return {
    phase: "running",
    state: cancelled ? "JOB_CANCEL" : "JOB_SUBMIT",
    ...(cancelled && { cancelRequested: true }),
    announce: stateChange(entry, "JOB_SUBMIT", ports),
  };
};

/** Puts JOB_SUBMIT in place of the FILE_UPLOAD, but never over a JOB_CANCEL that came meanwhile. */
async function writeSubmitState(
  { prefix, submission, statusEtag }: JobEntry,
  { store }: StepPorts,
): Promise<"submit" | "cancel"> {
  for (let ifMatch: string | undefined = statusEtag; ; ) {
    if (await writeStatus(store, prefix, "JOB_SUBMIT", { ifMatch, submission })) return "submit";
    const status = await readStatus(store, prefix);
    if (status?.state === "JOB_CANCEL")
      // One for a part of the job is answered with JOB_SUBMIT.
      return isWholeCancel(status.metadata) ? "cancel" : "submit";
    if (status?.state === "JOB_SUBMIT") return "submit";
    ifMatch = status?.etag;
  }
}

import { recordOf, stateChange } from "../jobs/report.ts";
import type { JobEntry } from "../journal/job-entry.ts";
import type { Step, StepPorts } from "./ports.ts";

/** submitted → running: what sbatch said, the job id and the record, then JOB_SUBMIT; then it is answered. */
export const announce: Step = async (entry, ports) => {
  const { prefix } = entry;
  await Promise.all([
    ports.objects.writeSbatchOutput(prefix, entry.sbatchOutput ?? ""),
    ports.objects.writeJobId(prefix, entry.slurm?.jobId ?? ""),
    ports.objects.writeRecord(recordOf(entry, "JOB_SUBMIT")),
  ]);
  const cancelled = (await writeSubmitState(entry, ports)) === "cancel";
  await ports.objects.clearPending(prefix, "run", entry.submission);
  return {
    phase: "running",
    state: cancelled ? "JOB_CANCEL" : "JOB_SUBMIT",
    ...(cancelled && { cancelRequested: true }),
    announce: stateChange(entry, "JOB_SUBMIT", ports),
  };
};

/** Puts JOB_SUBMIT in place of the FILE_UPLOAD, but never over a JOB_CANCEL that came meanwhile. */
async function writeSubmitState(entry: JobEntry, ports: StepPorts): Promise<"submit" | "cancel"> {
  for (let etag: string | undefined = entry.statusEtag; ; ) {
    const done = await ports.objects.writeStatus(entry.prefix, "JOB_SUBMIT", etag);
    if (done === "written") return "submit";
    const status = await ports.objects.readStatus(entry.prefix);
    if (status?.state === "JOB_CANCEL") return "cancel";
    if (status?.state === "JOB_SUBMIT") return "submit";
    etag = status?.etag;
  }
}

import { CloudSubmitError } from "../../protocol/error.ts";
import { jobComment } from "../../protocol/submission.ts";
import type { JobEntry } from "../journal/job-entry.ts";
import { workFolder } from "../work-folder.ts";
import type { Step, StepPorts, StepResult } from "./ports.ts";

/** staged → submitting: from here on sbatch may have been called. */
export const prepareSubmit: Step = async (entry) => {
  if (entry.cancelRequested)
    throw new CloudSubmitError("cancelled", "cancelled before it was submitted");
  return { phase: "submitting" };
};

/**
 * submitting → submitted. Slurm is always asked first whether it has the job: after a crash, after an
 * sbatch without an answer, and when a journal was lost, it may be in the queue already.
 */
export const submit: Step = async (entry, ports) => {
  const comment = jobComment(entry.prefix, entry.submission);
  const found = await ports.slurm.findByComment(comment);
  if (found !== undefined) return submitted(entry, ports, found, `Submitted batch job ${found}\n`);
  const said = await ports.slurm.submit(workFolder(ports, entry).path, comment);
  if (said.accepted) return submitted(entry, ports, said.jobId, said.output);
  return {
    phase: "failing",
    outcome: "submit-failed",
    error: {
      code: "sbatch-refused",
      message: said.output.trim().split("\n").at(-1) || "sbatch said nothing",
    },
    sbatchOutput: said.output,
  };
};

function submitted(entry: JobEntry, ports: StepPorts, jobId: string, output: string): StepResult {
  return {
    phase: "submitted",
    slurm: { jobId },
    sbatchOutput: output,
    times: { ...entry.times, submitted: ports.now().toISOString() },
  };
}

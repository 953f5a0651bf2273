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
 * submitting → submitted. The first call in the life of an agent that was in no crash finds nothing to
 * recover; after a crash, or an sbatch without an answer, the job may be in the queue already.
 */
export function submit(isFresh: (entry: JobEntry) => boolean): Step {
  return async (entry, ports) => {
    if (!isFresh(entry)) {
      const jobId = await ports.slurm.findByComment(jobComment(entry.prefix, entry.submission));
      if (jobId !== undefined)
        return submitted(entry, ports, jobId, `Submitted batch job ${jobId}\n`);
    }
    const { path } = workFolder(ports, entry);
    const said = await ports.slurm.submit(path, jobComment(entry.prefix, entry.submission));
    if (said.accepted) return submitted(entry, ports, said.jobId, said.output);
    const message = said.output.trim().split("\n").at(-1) || "sbatch said nothing";
    return {
      phase: "failing",
      outcome: "submit-failed",
      error: { code: "sbatch-refused", message },
      sbatchOutput: said.output,
    };
  };
}

function submitted(entry: JobEntry, ports: StepPorts, jobId: string, output: string): StepResult {
  return {
    phase: "submitted",
    slurm: { jobId },
    sbatchOutput: output,
    times: { ...entry.times, submitted: ports.now().toISOString() },
  };
}

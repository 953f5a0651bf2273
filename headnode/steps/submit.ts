import { CloudSubmitError } from "../../protocol/error.ts";
import { jobComment } from "../../protocol/submission.ts";
import type { JobEntry } from "../journal/job-entry.ts";
import { workFolder } from "../work-folder.ts";
import type { Step, StepPorts, StepResult } from "./ports.ts";

/** How long Slurm must answer, and not know the job, until an sbatch without an answer counts as void. */
const SETTLE_LOOKS = 15;
const SETTLE_LOOK_MS = 1_000;

/**
 * The two steps around sbatch. Slurm is always asked first whether it has the job: after a crash, after
 * an sbatch without an answer, and when a journal was lost, it may be in the queue already. It may also be
 * on its way to a slurmctld that hangs, which takes it up when it goes on, and before that says that it
 * knows no such job: so only an sbatch that is certainly the first follows at once.
 */
export function submitSteps(): { prepareSubmit: Step; submit: Step } {
  /** Entries for which sbatch has certainly not been called. */
  const untried = new WeakSet<JobEntry>();
  return {
    /** staged → submitting: from here on sbatch may have been called. */
    prepareSubmit: async (entry) => {
      if (entry.cancelRequested)
        throw new CloudSubmitError("cancelled", "cancelled before it was submitted");
      untried.add(entry);
      return { phase: "submitting" };
    },

    /** submitting → submitted, or failing when Slurm refuses. */
    submit: async (entry, ports) => {
      const comment = jobComment(entry.prefix, entry.submission);
      const found = await findJob(comment, untried.has(entry) ? 1 : SETTLE_LOOKS, ports);
      if (found !== undefined)
        return submitted(entry, ports, found, `Submitted batch job ${found}\n`);
      untried.delete(entry);
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
    },
  };
}

/** Looks for a job so many times; each look must be answered. */
async function findJob(
  comment: string,
  looks: number,
  ports: StepPorts,
): Promise<string | undefined> {
  for (let look = 1; ; look++) {
    const found = await ports.slurm.findByComment(comment);
    if (found !== undefined || look === looks) return found;
    await ports.sleep(SETTLE_LOOK_MS);
  }
}

function submitted(entry: JobEntry, ports: StepPorts, jobId: string, output: string): StepResult {
  return {
    phase: "submitted",
    slurm: { jobId },
    sbatchOutput: output,
    times: { ...entry.times, submitted: ports.now().toISOString() },
  };
}

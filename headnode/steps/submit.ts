import { CloudSubmitError } from "../../protocol/error.ts";
import { jobComment } from "../../protocol/submission.ts";
import type { JobEntry } from "../journal/job-entry.ts";
import { workFolder } from "../work-folder.ts";
import type { Step, StepPorts, StepResult } from "./ports.ts";

/** How long Slurm must answer, and not know the job, until an sbatch without an answer counts as void. */
const SETTLE_MS = 15_000;
const SETTLE_LOOK_MS = 1_000;

/**
 * The two steps around sbatch. Slurm is always asked first whether it has the job: after a crash, after
 * an sbatch without an answer, and when a journal was lost, it may be in the queue already. It may also be
 * on its way to a slurmctld that hangs, which takes it up when it goes on, and before that says that it
 * knows no such job: so only an sbatch that is certainly the first follows at once.
 */
export function submitSteps(): { prepareSubmit: Step; submit: Step } {
  /** Entries for which no sbatch can be on its way. */
  const untried = new WeakSet<JobEntry>();
  return {
    /** staged → submitting: from here on sbatch may have been called. */
    prepareSubmit: async (entry) => {
      if (entry.cancelRequested)
        throw new CloudSubmitError("cancelled", "cancelled before it was submitted");
      untried.add(entry);
      return { phase: "submitting" };
    },

    /** submitting → submitted, or failing when Slurm refuses; or settled, and so untried again. */
    submit: async (entry, ports) => {
      const comment = jobComment(entry.prefix, entry.submission);
      const found = await ports.slurm.findByComment(comment);
      if (found !== undefined) return foundInSlurm(entry, ports, found);
      if (!untried.has(entry)) {
        const result = await settle(entry, ports);
        if (result === SETTLED) untried.add(entry);
        return result;
      }
      untried.delete(entry);
      const said = await ports.slurm.submit(
        workFolder(ports, entry).path,
        comment,
        entry.sbatchOptions ?? [],
      );
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

const SETTLED: StepResult = { settlingSince: undefined };

/**
 * Slurm does not know the job: looks again until it has said so for SETTLE_MS. When that began is in the
 * journal, so that an agent which dies again and again still comes to an end of it.
 */
async function settle(entry: JobEntry, ports: StepPorts): Promise<StepResult> {
  const since = Date.parse(entry.settlingSince ?? "");
  const elapsed = () => ports.now().getTime() - since;
  // Also when the clock was set back.
  if (!(elapsed() >= 0)) return { settlingSince: ports.now().toISOString() };
  for (;;) {
    await ports.sleep(SETTLE_LOOK_MS);
    const found = await ports.slurm.findByComment(jobComment(entry.prefix, entry.submission));
    if (found !== undefined) return foundInSlurm(entry, ports, found);
    if (elapsed() >= SETTLE_MS) return SETTLED;
  }
}

function foundInSlurm(entry: JobEntry, ports: StepPorts, jobId: string): StepResult {
  return submitted(entry, ports, jobId, `Submitted batch job ${jobId}\n`);
}

function submitted(entry: JobEntry, ports: StepPorts, jobId: string, output: string): StepResult {
  return {
    phase: "submitted",
    slurm: { jobId },
    sbatchOutput: output,
    times: { ...entry.times, submitted: ports.now().toISOString() },
  };
}

import { isEnded, outcomeOf, verdictOf } from "../slurm/job-state.ts";
import type { Step } from "./ports.ts";

/** Looks at a job that is on its way out: slurmctld keeps it in COMPLETING until its hooks return. */
const LOOKS_MS = [0, 20, 50, 100, 200, 400, 800, 1600];

/** running → ended, once Slurm has ended every task; a requeued job has not ended. */
export const awaitEnd: Step = async (entry, ports) => {
  const jobId = entry.slurm?.jobId ?? "";
  if (entry.cancelRequested && !entry.cancelSent) {
    await ports.slurm.cancel(jobId);
    return { cancelSent: true, state: "JOB_CANCEL" };
  }
  for (const ms of LOOKS_MS) {
    await ports.sleep(ms);
    const tasks = await ports.slurm.tasks(jobId);
    const times = { ...entry.times, ended: ports.now().toISOString() };
    if (tasks.length === 0)
      return {
        phase: "ended",
        outcome: "lost",
        slurm: { ...entry.slurm, jobId },
        error: {
          code: "lost",
          message: `Slurm knows job ${jobId} no more: how it ended is not known`,
        },
        times,
      };
    if (tasks.every(isEnded))
      return { phase: "ended", outcome: outcomeOf(tasks), slurm: verdictOf(jobId, tasks), times };
    if (!tasks.some((task) => task.state === "COMPLETING")) return undefined;
  }
  return undefined;
};

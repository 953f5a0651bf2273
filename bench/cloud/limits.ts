import { SLURM_CPUS } from "./measured-cloud.ts";
import type { CloudResults } from "./results.ts";

/** A possible bottleneck of a burst, and the most jobs per second it lets through. */
export interface Limit {
  what: string;
  /** How that follows from what was measured. */
  because: string;
  jobsPerSecond: number;
}

/** Upper bounds on a burst's throughput, the lowest first: that one is the bottleneck. */
export function limits({ burst, latency }: CloudResults): Limit[] {
  const held = latency.steps["Slurm queue and job"].p50 + latency.steps["job's end → noticed"].p50;
  const agentMs = (burst.agentCpuSeconds / burst.jobs) * 1000;
  const allMs = (burst.machineBusy * burst.cores * burst.seconds * 1000) / burst.jobs;
  return [
    {
      what: "Slurm of the local cloud",
      because: `${SLURM_CPUS} CPUs; a job holds one for ${held.toFixed(0)} ms, the time from sbatch to its end when it runs alone`,
      jobsPerSecond: (SLURM_CPUS / held) * 1000,
    },
    {
      what: "this machine",
      because: `${burst.cores} cores; all programs together, including the emulators, use ${allMs.toFixed(0)} ms of CPU per job`,
      jobsPerSecond: (burst.cores / allMs) * 1000,
    },
    {
      what: "the agent",
      because: `one thread; it uses ${agentMs.toFixed(0)} ms of CPU per job`,
      jobsPerSecond: 1000 / agentMs,
    },
  ].toSorted((a, b) => a.jobsPerSecond - b.jobsPerSecond);
}

import { type Goal, unlessJudged } from "../goal.ts";
import type { BareSlurmResults } from "./bare-slurm.ts";
import type { CloudResults } from "./results.ts";

const JOBS_PER_SECOND = 40;
/** The agent's jobs per second as a part of those of Slurm alone. */
const PART_OF_SLURM = 0.8;

const partOf = ({ jobsPerSecond }: CloudResults["throughput"], bare: BareSlurmResults) =>
  (jobsPerSecond / bare.jobsPerSecond).toFixed(2);

/** The agent's throughput, and the same beside Slurm's own on this machine; saved results may lack the latter. */
export function throughputGoals({
  throughput,
  bareSlurm,
}: Pick<CloudResults, "throughput" | "bareSlurm">) {
  const { cpus, jobsPerSecond } = throughput;
  const what = `${cpus} CPUs and jobs that end at once: jobs per second`;
  const alone = bareSlurm?.jobsPerSecond.toFixed(1);
  const cannotTell = alone !== undefined && Number(alone) < JOBS_PER_SECOND;
  return {
    throughput: unlessJudged(
      {
        what,
        goal: `≥ ${JOBS_PER_SECOND}`,
        found:
          bareSlurm === undefined
            ? jobsPerSecond.toFixed(1)
            : `${jobsPerSecond.toFixed(1)}, bare sbatch ${alone} (${partOf(throughput, bareSlurm)} of it)`,
        reached: jobsPerSecond >= JOBS_PER_SECOND,
        exact: false,
      },
      cannotTell ? `Slurm alone does ${alone} on this machine` : undefined,
    ),
    throughputBesideSlurm:
      bareSlurm === undefined
        ? undefined
        : {
            what: "the same ÷ those of bare sbatch",
            goal: `≥ ${PART_OF_SLURM}`,
            found: partOf(throughput, bareSlurm),
            reached: Number(partOf(throughput, bareSlurm)) >= PART_OF_SLURM,
            exact: false,
          },
  } satisfies Record<string, Goal | undefined>;
}

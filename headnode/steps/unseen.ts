import { CloudSubmitError } from "../../protocol/error.ts";
import { ownerOf } from "../jobs/job-owner.ts";
import type { JobEntry } from "../journal/job-entry.ts";
import type { FoundJob } from "../slurm/find-job.ts";
import type { StepPorts } from "./ports.ts";

/** slurmctld reckons in whole seconds, and by its own clock, milliseconds. */
const MARGIN_MS = 30_000;

/** A look for a job whose id is not known. */
export interface UnseenLook {
  /** When it began, milliseconds since 1970. */
  from: number;
  /** The job, by Slurm, or by the Slurm hook. */
  job: FoundJob | undefined;
  /** Nobody knows the job, and it may have come and gone. */
  mayHaveRun: boolean;
}

/**
 * Looks for jobs whose sbatch may have reached Slurm. Slurm forgets a job MinJobAge after its end: once nobody has looked for
 * so long, it tells nothing of one that it does not know.
 */
export class Unseen {
  /** When Slurm was last asked in vain, milliseconds since 1970. */
  readonly #lookedAt = new WeakMap<JobEntry, number>();

  /**
   * @param isTried whether an sbatch may have been called for the entry
   * @throws when Slurm cannot be reached
   */
  async look(entry: JobEntry, ports: StepPorts, isTried: boolean): Promise<UnseenLook> {
    const forgetsAfterMs = isTried ? await ports.slurm.forgetsAfterMs() : Number.POSITIVE_INFINITY;
    if (forgetsAfterMs === 0)
      throw new CloudSubmitError("slurm", "Slurm does not tell how long it shows what has ended");
    const from = ports.now().getTime();
    const found = await ports.slurm.find(ownerOf(entry, ports));
    const to = ports.now().getTime();
    const job = found ?? ofHook(entry);
    if (job) return { from, job, mayHaveRun: false };
    const limit = forgetsAfterMs - Math.min(MARGIN_MS, forgetsAfterMs / 4);
    const since = isTried ? this.#shownSince(entry) : undefined;
    // A clock that was set back a little tells as much as one that goes on.
    const mayHaveRun = since !== undefined && !(Math.abs(to - since) < limit);
    if (!mayHaveRun) this.#lookedAt.set(entry, from);
    return { from, job, mayHaveRun };
  }

  /** Slurm was to show the job from then on, if it had it; undefined: no sbatch has reached it. */
  #shownSince(entry: JobEntry): number | undefined {
    // An earlier version did not note it.
    const { sbatchAt = entry.times.accepted ?? "", settlingSince = "" } = entry;
    if (sbatchAt === "not sent") return undefined;
    const times = [Date.parse(sbatchAt), Date.parse(settlingSince), this.#lookedAt.get(entry) ?? 0];
    return Math.max(...times.map((time) => time || 0));
  }
}

/** The job of whose end the Slurm hook has told. */
function ofHook({ hookJob, array }: JobEntry): FoundJob | undefined {
  if (hookJob === undefined) return undefined;
  return { jobId: hookJob, name: "", ...(array && { array: { tasks: "", waiting: "" } }) };
}

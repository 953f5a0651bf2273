import type { Condition } from "../../protocol/after.ts";
import type { JobFile } from "./job-file.ts";
import { slurmError } from "./slurm-error.ts";

/** Each task waits for one of the other job. */
const OF_TASKS = "aftercorr";

/** Types whose jobs may be ours, and what they ask of these. Source: sbatch(1), --dependency. */
const CONDITIONS: Readonly<Record<string, Condition>> = {
  afterok: "ok",
  afterany: "any",
  afternotok: "failed",
  [OF_TASKS]: "any",
};

/** A dependency on a job that was sent from here. */
export interface OwnDependency {
  job: JobFile;
  condition: Condition;
}

/** Meaning of --dependency. */
export interface Dependencies {
  /** On jobs of ours: the cloud side waits for them, so that their files are there. */
  own: OwnDependency[];
  /** The rest, for Slurm; undefined: there is none. */
  rest: string | undefined;
}

/**
 * Parts the value of --dependency.
 *
 * @param find the job of ours with an id
 * @param same the jobs of ours, the oldest first, that `singleton` waits for
 * @throws SlurmError when one of several is enough and some are ours: the cloud side waits for all
 */
export async function dependenciesOf(
  text: string,
  find: (id: string) => Promise<JobFile | undefined>,
  same: () => Promise<JobFile[]>,
): Promise<Dependencies> {
  const own: OwnDependency[] = [];
  const rest: string[] = [];
  const isAnyEnough = text.includes("?");
  for (const part of text.split(/[,?]/)) {
    if (part === "") continue;
    const [type = "", ...ids] = /^\d/.test(part)
      ? ["afterany", ...part.split(":")]
      : part.split(":");
    const name = type.toLowerCase();
    const condition = Object.hasOwn(CONDITIONS, name) ? CONDITIONS[name] : undefined;
    const others: string[] = [];
    for (const id of ids) {
      const [, whole, task] = /^(\d+)(?:_(\d+|\*))?$/.exec(id) ?? [];
      const job = condition && whole !== undefined ? await find(whole) : undefined;
      // How tasks have ended is Slurm's to judge; their files come with the whole array.
      const isOfTasks = name === OF_TASKS || (task !== undefined && task !== "*");
      if (job && condition) add(own, job, isOfTasks ? "any" : condition);
      if (!job || isOfTasks) others.push(id);
    }
    if (name === "singleton") for (const job of await same()) add(own, job, "any");
    if (ids.length === 0 || others.length > 0) rest.push([type, ...others].join(":"));
  }
  if (isAnyEnough && own.length > 0)
    throw slurmError(
      "sbatch",
      `--dependency=${text}: "?" is not possible with jobs that were sent from here: separate them by commas, and all are waited for`,
    );
  const separator = isAnyEnough ? "?" : ",";
  return { own, rest: rest.length === 0 ? undefined : rest.join(separator) };
}

/** Each job once in the same way, as many of its tasks may be named; one that is waited for in another way needs no wait for any end. */
function add(own: OwnDependency[], job: JobFile, condition: Condition): void {
  const known = own.filter((one) => one.job.id === job.id);
  const isKnown = known.some((one) => condition === "any" || one.condition === condition);
  if (!isKnown) own.push({ job, condition });
}

import {
  AFTER_IN_MANIFEST_MAX,
  type Condition,
  isMet,
  type KnownRun,
} from "../../protocol/after.ts";
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
  /** On jobs of ours that are not over: the cloud side waits for them, so that their files are there. */
  own: OwnDependency[];
  /** The rest, for Slurm; undefined: there is none. */
  rest: string | undefined;
}

/**
 * Parts the value of --dependency.
 *
 * @param find the job of ours with an id
 * @param same the jobs of ours, the oldest first, that `singleton` waits for
 * @throws SlurmError when one of several is enough and some are ours: the cloud side waits for all; and when they are too many
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
  const left = own.filter((one) => !isOver(one));
  if (left.length > AFTER_IN_MANIFEST_MAX)
    throw slurmError(
      "sbatch",
      `--dependency: ${left.length} of the jobs that were sent from here have not ended, and a job can wait for ${AFTER_IN_MANIFEST_MAX} of them: send jobs that wait for some of them each, and wait for those`,
    );
  return { own: left, rest: rest.length === 0 ? undefined : rest.join(separator) };
}

/** Each job once in the same way, as many of its tasks may be named; one that is waited for in another way needs no wait for any end. */
function add(own: OwnDependency[], job: JobFile, condition: Condition): void {
  const known = own.filter((one) => one.job.id === job.id);
  const isKnown = known.some((one) => condition === "any" || one.condition === condition);
  if (!isKnown) own.push({ job, condition });
}

/** The runs that are waited for, as the cloud side knows them. */
export function runsOf(own: readonly OwnDependency[]): KnownRun[] {
  return own.map(({ job: { prefix, submission }, condition }) => ({
    prefix,
    submission,
    condition,
  }));
}

/**
 * Whether nothing is left to wait for: the job has ended as it was to, and its results are in their folders. What the bucket
 * holds of it may be gone. One that has ended otherwise is for the cloud side to judge, as one that can never come true.
 */
function isOver({ job: { last, results }, condition }: OwnDependency): boolean {
  if (last === undefined || results !== "fetched") return false;
  return condition === "any" || (last.outcome !== undefined && isMet(condition, last.outcome));
}

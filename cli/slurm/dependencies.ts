import type { Condition } from "../../protocol/after.ts";
import type { JobFile } from "./job-file.ts";
import { slurmError } from "./slurm-error.ts";

/** Types whose jobs may be ours, and what they ask of these. Source: sbatch(1), --dependency. */
const CONDITIONS: Readonly<Record<string, Condition>> = {
  afterok: "ok",
  afterany: "any",
  afternotok: "failed",
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
 * @throws SlurmError when one of several is enough and some are ours: the cloud side waits for all
 */
export async function dependenciesOf(
  text: string,
  find: (id: string) => Promise<JobFile | undefined>,
): Promise<Dependencies> {
  const own: OwnDependency[] = [];
  const rest: string[] = [];
  const isAnyEnough = text.includes("?");
  for (const part of text.split(/[,?]/)) {
    if (part === "") continue;
    const [type = "", ...ids] = /^\d/.test(part)
      ? ["afterany", ...part.split(":")]
      : part.split(":");
    const condition = Object.hasOwn(CONDITIONS, type.toLowerCase())
      ? CONDITIONS[type.toLowerCase()]
      : undefined;
    const others: string[] = [];
    for (const id of ids) {
      const job = condition && (await find(id));
      if (job && condition) own.push({ job, condition });
      else others.push(id);
    }
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

import { formatTaskIds, parseTaskIds } from "../../../protocol/task-ids.ts";
import type { SlurmJob } from "./slurm-job.ts";

/** A job, or a task of it, that a command was asked about. */
export interface WantedId {
  id: string;
  task?: number;
}

/** `12` or `12_3`; undefined: no id of a job. As `strtol` reads it, what follows is passed over. */
export function wantedId(text: string): WantedId | undefined {
  const [, id, task] = /^\s*0*([1-9]\d{0,9})(?:_(\d{1,9}))?/.exec(text) ?? [];
  if (id === undefined) return undefined;
  return { id, ...(task !== undefined && { task: Number(task) }) };
}

/** The rows of a job, or of tasks of it; of a row with several tasks, those that were asked for. */
export function rowsWanted(jobs: readonly SlurmJob[], wanted: readonly WantedId[]): SlurmJob[] {
  return jobs.flatMap((job) => {
    const here = wanted.filter(({ id }) => id === job.id);
    if (here.length === 0) return [];
    if (here.some(({ task }) => task === undefined)) return [job];
    if (!job.array) return [];
    const tasks = new Set(here.map(({ task }) => task));
    const ids = [...tasksOf(job)].filter((task) => tasks.has(task));
    if (ids.length === 0) return [];
    const [one] = ids;
    return ids.length === 1 && one !== undefined
      ? [{ ...job, array: { tasks: one } }]
      : [{ ...job, array: { ...job.array, tasks: formatTaskIds(ids) } }];
  });
}

/** The tasks of a row. */
export function tasksOf({ array }: SlurmJob): ReadonlySet<number> {
  if (!array) return new Set();
  return typeof array.tasks === "number"
    ? new Set([array.tasks])
    : (parseTaskIds(array.tasks) ?? new Set());
}

/** The same rows with one for each task. */
export function eachTask(jobs: readonly SlurmJob[]): SlurmJob[] {
  return jobs.flatMap((job) =>
    job.array ? [...tasksOf(job)].map((task) => ({ ...job, array: { tasks: task } })) : [job],
  );
}

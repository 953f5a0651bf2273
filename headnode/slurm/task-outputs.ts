import type { SlurmTask } from "./job-state.ts";

/** The output files of a job, or of one task of an array. */
export interface TaskOutput {
  /** undefined: the job is no array. */
  task?: number | undefined;
  /** Absolute; stdout, and stderr when that is another file. */
  paths: string[];
}

/**
 * The output files that Slurm names. Those of an array's pending tasks are not known yet: until a task
 * has begun, Slurm shows 4294967294 in place of its id (seen on 22.05).
 */
export function taskOutputs(tasks: readonly SlurmTask[]): TaskOutput[] {
  return tasks.flatMap(({ arrayTask, state, outputPaths }): TaskOutput[] => {
    if (outputPaths === undefined) return [];
    if (arrayTask === undefined) return [{ paths: outputPaths }];
    if (state === "PENDING" || !/^\d+$/.test(arrayTask)) return [];
    return [{ task: Number(arrayTask), paths: outputPaths }];
  });
}

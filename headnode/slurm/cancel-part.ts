import type { CancelPart } from "../../protocol/cancel.ts";
import { parseTaskIds } from "../../protocol/task-ids.ts";
import type { CommandResult } from "./command.ts";
import { isEnded, type SlurmTask } from "./job-state.ts";

/** A part of a job, and what is done to it. */
export type Part = Pick<CancelPart, "tasks" | "signal" | "reach">;

const SAID_MAX = 200;

/**
 * Arguments of scancel for a part of a job: each range of tasks is one, as `12_[3-7]`. A signal reaches whom scancel's own would.
 *
 * @param jobId Slurm's, of the array
 */
export function cancelArguments(jobId: string, { tasks, signal, reach }: Part): string[] {
  const ids = tasks?.split(",").map((range) => {
    const isRange = range.includes("-");
    return isRange ? `${jobId}_[${range}]` : `${jobId}_${range}`;
  });
  return [
    ...(signal === undefined ? [] : [`--signal=${signal}`]),
    ...(reach === undefined ? [] : [`--${reach}`]),
    ...(ids ?? [jobId]),
  ];
}

/** Whether some of a part has not ended yet, so that there is something to do. */
export function isLeft(tasks: readonly SlurmTask[], part: Part): boolean {
  const meant = part.tasks === undefined ? undefined : parseTaskIds(part.tasks);
  return tasks.some((task) => {
    if (isEnded(task)) return false;
    if (!meant) return true;
    const ids = task.arrayTask === undefined ? undefined : parseTaskIds(task.arrayTask);
    return [...(ids ?? [])].some((id) => meant.has(id));
  });
}

/** The words of scancel, in one line. */
export function saidOf(done: CommandResult): string {
  const said = done.output.trim().replace(/\s+/g, " ").slice(0, SAID_MAX);
  return said || `scancel ended with ${done.code}`;
}

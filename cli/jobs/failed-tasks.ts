import type { StatusObject } from "../../bucket/job-objects/status.ts";
import type { ObjectStore } from "../../bucket/object-store.ts";
import { INCOMPLETE_LIST_MAX, type JobRecord, type TaskCounts } from "../../protocol/record.ts";
import { SBATCH_METADATA_MAX_BYTES } from "../../protocol/sbatch-options.ts";
import { FINAL_STATES } from "../../protocol/state.ts";
import { formatTaskIds, parseTaskIds } from "../../protocol/task-ids.ts";
import { LocalCopies } from "../../transfer/comparing/local-copies.ts";
import type { Context } from "../context.ts";
import { CommandError } from "../errors/command-error.ts";
import { recordOf } from "./read-job.ts";
import { jobOf } from "./results-folder.ts";

/** Bytes of `--array` at most, so that other options have room beside it. */
export const ARRAY_MAX_BYTES = SBATCH_METADATA_MAX_BYTES - 512;

/** The prefix of the job that was last sent from a folder, whatever was fetched into it since; undefined: none is known in this bucket. */
export async function lastJobOf(
  { bucket, copyStates }: Pick<Context, "bucket" | "copyStates">,
  path: string,
): Promise<string | undefined> {
  const { sentJob: job } = await LocalCopies.open(copyStates, path);
  const start = jobOf(bucket, "");
  return job.length > start.length && job.startsWith(start) ? job.slice(start.length) : undefined;
}

/** How a task ended. */
export type TaskEnd = Pick<NonNullable<TaskCounts["incomplete"]>[number], "outcome" | "exitCode">;

/** The tasks of a job array that its record names as not completed. Whoever may write there can have written it. */
export function namedTasks({ slurm }: JobRecord): Map<number, TaskEnd> {
  const named = new Map<number, TaskEnd>();
  let left = INCOMPLETE_LIST_MAX;
  for (const { ids, ...end } of slurm?.tasks?.incomplete ?? []) {
    const some = parseTaskIds(ids, left);
    if (!some) break;
    for (const id of some) named.set(id, end);
    left -= some.size;
  }
  return named;
}

/**
 * The tasks of a job array that did not complete, by its record.
 *
 * @returns undefined when the record does not tell of tasks, or does not name them all
 */
export function failedTasks(record: JobRecord): Set<number> | undefined {
  const { tasks } = record.slurm ?? {};
  if (!tasks) return undefined;
  const named = namedTasks(record);
  return named.size === tasks.total - tasks.completed ? new Set(named.keys()) : undefined;
}

/**
 * The value of sbatch's `--array` for the tasks that did not complete in the last run of a prefix, with the limit of tasks at
 * a time that it had: one request more than for the status object.
 *
 * @param status as it was just read, of a job that is not active
 * @throws CloudSubmitError `usage` when there is none such, or it does not tell of all of them
 */
export async function failedArray(
  store: ObjectStore,
  prefix: string,
  status: StatusObject | undefined,
): Promise<string> {
  if (!status?.state || !FINAL_STATES.has(status.state))
    throw new CommandError("usage", (say) => say("failed.noEnd", { prefix }));
  const record = await recordOf(store, prefix, status);
  const { tasks } = record?.slurm ?? {};
  if (!record || !tasks)
    throw new CommandError("usage", (say) => say("failed.noArray", { prefix }));
  const count = tasks.total - tasks.completed;
  if (count <= 0) throw new CommandError("usage", (say) => say("failed.none", { prefix }));
  const failed = failedTasks(record);
  if (!failed)
    throw new CommandError("usage", (say) =>
      say("failed.notAll", { prefix, count, named: Math.min(count, INCOMPLETE_LIST_MAX) }),
    );
  const ids = formatTaskIds(failed);
  if (ids.length > ARRAY_MAX_BYTES)
    throw new CommandError("usage", (say) => say("failed.long", { prefix, count }));
  return `${ids}${limitOf(record)}`;
}

/** `%10` of `--array=1-100%10`; "" without one. */
export function limitOf({ sbatchOptions = [] }: Pick<JobRecord, "sbatchOptions">): string {
  const array = sbatchOptions.findLast((option) => option.startsWith("--array="));
  return /%\d{1,7}$/.exec(array ?? "")?.[0] ?? "";
}

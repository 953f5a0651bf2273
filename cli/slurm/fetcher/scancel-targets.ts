import { parseTaskIds } from "../../../protocol/task-ids.ts";
import type { JobFile } from "../job-file.ts";
import type { PendingCancel } from "../pending-cancels.ts";
import { standingOf } from "../standing.ts";
import type { ViewUser } from "../view/view-world.ts";
import type { ScancelCall } from "./scancel-args.ts";

/** Tasks of an array that are looked at. */
const TASKS_MAX = 100_000;

/** A job, or tasks of one, that is to be cancelled or signalled. */
export interface Target {
  id: string;
  /** undefined: nobody has sent such a job from here. */
  file: JobFile | undefined;
  tasks: Set<number> | undefined;
}

/** The user who calls scancel. */
export type CancelUser = Pick<ViewUser, "name" | "uid">;

/** The jobs that the call names or chooses; tasks of one array in one. */
export function targetsOf(
  call: ScancelCall,
  files: readonly JobFile[],
  user: CancelUser,
): Target[] {
  const byId = new Map(files.map((file) => [file.id, file]));
  const isFiltered = call.isMe || Object.keys(call.filters).length > 0;
  const targets = new Map<string, Target>();
  for (const { id, tasks } of call.jobs) {
    const before = targets.get(id);
    const isWhole = !tasks || (before && !before.tasks);
    const all = isWhole ? undefined : new Set([...(before?.tasks ?? []), ...tasks]);
    targets.set(id, { id, file: byId.get(id), tasks: all });
  }
  if (call.jobs.length === 0)
    for (const file of files)
      if (standingOf(file).kind === "cloud")
        targets.set(file.submission, { id: file.id, file, tasks: undefined });
  const found = [...targets.values()];
  return isFiltered ? found.flatMap((target) => chosen(target, call, user)) : found;
}

/** For the fetcher to ask for, should this call be ended before it has; nothing of what is over, or unknown. */
export function cancelNote({ file, tasks }: Target): PendingCancel["jobs"] {
  if (!file || standingOf(file).kind !== "cloud") return [];
  const { prefix, submission } = file;
  const left = tasks && without(tasks, missingOf(file, tasks));
  if (left?.size === 0) return [];
  return [{ prefix, submission, ...(left && { tasks: [...left] }) }];
}

/** Of tasks that were named, those that the job does not have. */
export function missingOf({ asked, last }: JobFile, tasks: Set<number> | undefined): number[] {
  if (!tasks) return [];
  const told = last?.tasks?.map(({ ids }) => ids).join(",");
  const list = told || asked.array;
  const ids = list === undefined ? new Set<number>() : parseTaskIds(list, TASKS_MAX);
  // Of a list that cannot be read, Slurm knows.
  return ids ? [...tasks].filter((task) => !ids.has(task)) : [];
}

export function without(tasks: ReadonlySet<number>, others: readonly number[]): Set<number> {
  const left = new Set(tasks);
  for (const task of others) left.delete(task);
  return left;
}

/** Names and number of the user that a job is of: here, and on the cluster. */
export function usersOf({ asked, last }: JobFile, { name, uid }: CancelUser): string[] {
  return [asked.user, name, String(uid), ...(last?.user === undefined ? [] : [last.user])];
}

/** The part of a job that the filters choose. Of a job that nobody has sent, nothing is known that could be chosen by. */
function chosen(target: Target, { filters, isMe }: ScancelCall, user: CancelUser): Target[] {
  const { file } = target;
  if (!file) return [target];
  const { last, asked } = file;
  const { account, name, partition, qos, state } = filters;
  const isOf = (wanted: string | undefined, ...has: (string | undefined)[]) =>
    wanted === undefined || has.includes(wanted);
  const isUsers = isMe || isOf(filters.user, ...usersOf(file, user));
  const fits =
    isUsers &&
    isOf(account?.toLowerCase(), last?.account) &&
    isOf(name, last?.name ?? asked.name) &&
    isOf(partition, last?.partition ?? asked.partition) &&
    isOf(qos?.toLowerCase(), last?.qos);
  if (!fits) return [];
  if (state === undefined) return [target];
  if (!last?.tasks) return (last?.state ?? "PENDING") === state ? [target] : [];
  const ids = last.tasks
    .filter((part) => part.state === state)
    .flatMap((part) => [...(parseTaskIds(part.ids, TASKS_MAX) ?? [])])
    .filter((id) => target.tasks?.has(id) ?? true);
  return ids.length > 0 ? [{ ...target, tasks: new Set(ids) }] : [];
}

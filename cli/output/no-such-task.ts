import type { ObjectStore } from "../../bucket/object-store.ts";
import type { OutputStream } from "../../protocol/live-output.ts";
import { keyOf, WRITER_METADATA } from "../../protocol/objects.ts";
import { INCOMPLETE_LIST_MAX, type JobRecord, OUTPUT_LIST_MAX } from "../../protocol/record.ts";
import { formatTaskIds, parseTaskIds } from "../../protocol/task-ids.ts";
import { CommandError } from "../errors/command-error.ts";

/** Characters of a list of tasks in a message. */
const SHOWN_MAX = 80;
/** Objects that are looked through for the output of an earlier run. */
const LOOK_MAX = 10_000;
/** Whoever may write under the prefix can have written its record. */
const TASKS_MAX = 1_000_000;

/**
 * The tasks of a record's run, where it tells of all of them: by the request's --array, or by those that it names.
 *
 * @returns undefined when it does not; "none" when the job was no array
 */
export function tasksOfRun({
  outcome,
  output = [],
  sbatchOptions = [],
  slurm,
}: JobRecord): Set<number> | "none" | undefined {
  const array = sbatchOptions.findLast((option) => option.startsWith("--array="));
  if (array !== undefined) return parseTaskIds(array.slice("--array=".length), TASKS_MAX);
  const named = new Set(output.flatMap(({ task }) => task ?? []));
  if (!slurm?.tasks) {
    // A record that is still written to may not know of them yet.
    const isPlain = outcome !== undefined && output.length > 0 && named.size === 0;
    return isPlain ? "none" : undefined;
  }
  if (output.length >= OUTPUT_LIST_MAX) return undefined;
  for (const { ids } of slurm.tasks.incomplete ?? [])
    for (const id of parseTaskIds(ids, INCOMPLETE_LIST_MAX) ?? []) named.add(id);
  return named.size === slurm.tasks.total ? named : undefined;
}

/**
 * Refuses a task that the run of a record does not have. Where an earlier run has returned the output of such a task, the
 * error says how to get it: one listing and a request for each such file, only then.
 *
 * @throws CloudSubmitError `usage`
 */
export async function checkTask(
  store: Pick<ObjectStore, "list" | "get">,
  record: JobRecord,
  { stream, task }: OutputStream,
): Promise<void> {
  const { prefix } = record;
  const tasks = task === undefined ? undefined : tasksOfRun(record);
  if (task === undefined || tasks === undefined) return;
  if (tasks === "none")
    throw new CommandError("usage", (say) => say("problem.noTasks", { prefix }));
  if (tasks.has(task) || record.output?.some((one) => one.task === task)) return;
  const ids = formatTaskIds(tasks);
  const shown = ids.length > SHOWN_MAX ? `${ids.slice(0, ids.lastIndexOf(",", SHOWN_MAX))},…` : ids;
  const file = stream === "stdout" ? await earlierOutput(store, prefix, task) : undefined;
  throw new CommandError("usage", (say) => {
    const earlier = file === undefined ? "" : say("problem.earlierOutput", { prefix, file });
    return say("problem.noSuchTask", { prefix, task, tasks: shown, earlier });
  });
}

/** The newest file of a task, named as Slurm does by itself, that an agent has written; undefined: there is none. */
async function earlierOutput(
  store: Pick<ObjectStore, "list" | "get">,
  prefix: string,
  task: number,
): Promise<string | undefined> {
  const found: { file: string; size: number; at: number }[] = [];
  let left = LOOK_MAX;
  for await (const { key, size, lastModified } of store.list(keyOf(prefix, "slurm-"))) {
    if (left-- <= 0) return undefined;
    const file = key.slice(prefix.length + 1);
    const [, of] = /^slurm-\d{1,20}_(\d{1,7})\.out$/.exec(file) ?? [];
    if (of === String(task)) found.push({ file, size, at: lastModified?.getTime() ?? 0 });
  }
  for (const { file, size } of found.toSorted((a, b) => b.at - a.at).slice(0, 10)) {
    // An empty object has no first byte.
    const range = size === 0 ? {} : { range: { start: 0, end: 1 } };
    const got = await store.get(keyOf(prefix, file), range);
    got?.body.destroy();
    if (got && WRITER_METADATA in got.metadata) return file;
  }
  return undefined;
}

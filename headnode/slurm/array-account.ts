import * as z from "zod";
import type { Outcome } from "../../protocol/outcome.ts";
import { INCOMPLETE_LIST_MAX, type TaskCounts } from "../../protocol/record.ts";
import { formatTaskIds, parseTaskIds } from "../../protocol/task-ids.ts";
import type { FoundArray } from "./find-job.ts";
import { exitOfHook, isAgain, outcomeOfHook } from "./hook-end.ts";
import { beginningOf, isEnded, outcomeOfState, type SlurmTask, worstOf } from "./job-state.ts";
import { earliest, latest } from "./times.ts";

const end = z.object({
  /** Ids as ranges. */
  ids: z.string(),
  /** Slurm's word; absent: only the Slurm hook told of the end, which is not told it. */
  state: z.string().optional(),
  exitCode: z.int(),
  signal: z.int(),
  /** Where and when it ran, as far as Slurm has shown it. */
  nodes: z.string().optional(),
  startedAt: z.string().optional(),
  endedAt: z.string().optional(),
  /** Of an end by the Slurm hook: how often the task had been put back into the queue. */
  restarts: z.int().nonnegative().optional(),
});

/** More groups of tasks than this are told without nodes and times of those that have ended. */
export const TASK_GROUPS_MAX = 1000;

/** How one task of an array ended, or several in the same way. */
export type TaskEnd = Omit<z.infer<typeof end>, "ids">;

/**
 * Known state of the tasks of a job array. Slurm forgets a task long before the last one ends, and shows
 * one that was cancelled before it began not at all: so the account is kept by who was submitted.
 */
export const arrayAccountSchema = z.object({
  /** Every task that the array was ever seen to have, as ranges. */
  submitted: z.string(),
  /** How many there are, as far as the Slurm hook has told: some of them may never have been seen. */
  total: z.int().nonnegative().optional(),
  /** Those that had not begun at the last look. */
  waiting: z.string(),
  /** When that was. */
  seenAt: z.iso.datetime(),
  /** Ends of tasks, by Slurm. */
  ends: z.array(end),
  /** Ends of tasks, by the Slurm hook. */
  hookEnds: z.array(end).optional(),
  restarts: z.int().nonnegative(),
  startedAt: z.string().optional(),
  endedAt: z.string().optional(),
});
export type ArrayAccount = z.infer<typeof arrayAccountSchema>;

/**
 * Initial account of an array: the tasks that Slurm showed when it had just taken the job, or when it was found.
 *
 * @param told what the Slurm hook had told of it before
 */
export function newAccount(
  { tasks, waiting }: FoundArray,
  seenAt: Date,
  told?: ArrayAccount,
): ArrayAccount {
  const submitted = formatTaskIds(new Set([...idsOf(tasks), ...idsOf(told?.submitted ?? "")]));
  return { ...told, submitted, waiting, seenAt: seenAt.toISOString(), ends: [], restarts: 0 };
}

/**
 * The account after a look.
 *
 * @param tasks all that Slurm shows of the array
 * @param forgetsAfterMs how long Slurm shows a task that has ended (slurm.conf(5), MinJobAge)
 */
export function accountOf(
  before: ArrayAccount,
  tasks: readonly SlurmTask[],
  now: Date,
  forgetsAfterMs: number,
): ArrayAccount {
  const submitted = idsOf(before.submitted);
  const ends = endsById(before.ends);
  const hookEnds = endsById(before.hookEnds ?? []);
  const shown = new Set<number>();
  const waiting = new Set<number>();
  for (const task of tasks) {
    for (const id of idsOf(task.arrayTask ?? "")) {
      submitted.add(id);
      shown.add(id);
      if (isEnded(task)) ends.set(id, endOfTask(task));
      // Also one that had ended, and was requeued.
      else ends.delete(id);
      if (isAgain(task)) hookEnds.delete(id);
      if (task.state === "PENDING") waiting.add(id);
    }
  }
  // A task that waited a moment ago and is not shown has not run: Slurm still shows what ended since. It was
  // cancelled, and that leaves no trace. Later on, this cannot be known.
  if (now.getTime() - Date.parse(before.seenAt) < forgetsAfterMs)
    for (const id of idsOf(before.waiting))
      if (!shown.has(id) && !ends.has(id))
        ends.set(id, { state: "CANCELLED", exitCode: 0, signal: 0 });
  const startedAt = earliest([before.startedAt, ...tasks.map(beginningOf)]);
  const endedAt = latest([
    before.endedAt,
    ...tasks.map((task) => (isEnded(task) ? task.endedAt : undefined)),
  ]);
  return {
    ...before,
    submitted: formatTaskIds(submitted),
    waiting: formatTaskIds(waiting),
    seenAt: now.toISOString(),
    ends: grouped(ends),
    ...(before.hookEnds && { hookEnds: grouped(hookEnds) }),
    restarts: Math.max(before.restarts, ...tasks.map((task) => task.restarts)),
    ...(startedAt !== undefined && { startedAt }),
    ...(endedAt !== undefined && { endedAt }),
  };
}

/**
 * The account after the Slurm hook told of the end of one run of a task. Of several runs, the last one counts.
 *
 * @param exit `code:signal`
 * @param restarts how often the task had been put back into the queue before that run
 * @param more how many tasks the array has, and Slurm's word for the end, as far as they are known
 */
export function accountOfHook(
  before: ArrayAccount,
  task: number,
  exit: string,
  restarts: number,
  { total = before.total, state }: { total?: number | undefined; state?: string | undefined } = {},
): ArrayAccount {
  const hookEnds = endsById(before.hookEnds ?? []);
  if (restarts < (hookEnds.get(task)?.restarts ?? 0)) return before;
  hookEnds.set(task, { ...(state !== undefined && { state }), ...exitOfHook(exit), restarts });
  return {
    ...before,
    submitted: formatTaskIds(idsOf(before.submitted).add(task)),
    ...(total !== undefined && { total }),
    hookEnds: grouped(hookEnds),
  };
}

/** Whether something is known now that was not, besides the time. */
export function hasNews(before: ArrayAccount, after: ArrayAccount): boolean {
  const timeless = (account: ArrayAccount) => JSON.stringify({ ...account, seenAt: undefined });
  return timeless(before) !== timeless(after);
}

/** Verdict on an array. A task whose end was not seen, or that was not seen at all, is lost: it does not count as completed. */
export function arrayVerdict(account: ArrayAccount): {
  outcome: Outcome;
  end: (TaskEnd & { state: string }) | undefined;
  tasks: TaskCounts;
} {
  const ends = endsById(account.ends);
  const hook = endsById(account.hookEnds ?? []);
  const groups = new Map<string, { ids: number[]; outcome: Outcome; end: TaskEnd | undefined }>();
  const submitted = idsOf(account.submitted);
  for (const id of submitted) {
    const taskEnd = ends.get(id) ?? hook.get(id);
    const outcome = taskEnd ? outcomeOfEnd(taskEnd) : "lost";
    const how = taskEnd && howOf(taskEnd);
    const key = JSON.stringify([outcome, how]);
    const group = groups.get(key) ?? { ids: [], outcome, end: how };
    group.ids.push(id);
    groups.set(key, group);
  }
  const all = [...groups.values()];
  const unseen = Math.max(0, (account.total ?? 0) - submitted.size);
  const outcomes = all.map((group) => group.outcome);
  const outcome = worstOf(unseen > 0 ? [...outcomes, "lost"] : outcomes);
  const worst = all.find((group) => group.outcome === outcome)?.end;
  const counts: TaskCounts["outcomes"] = {};
  for (const { outcome: one, ids } of all) counts[one] = (counts[one] ?? 0) + ids.length;
  if (unseen > 0) counts.lost = (counts.lost ?? 0) + unseen;
  return {
    outcome,
    end: worst?.state === undefined ? undefined : { ...worst, state: worst.state },
    tasks: {
      total: submitted.size + unseen,
      completed: counts.completed ?? 0,
      outcomes: counts,
      incomplete: incompleteOf(all),
    },
  };
}

/** Groups that did not complete, by their first task, with as many ids as the record takes. */
function incompleteOf(
  groups: readonly { ids: number[]; outcome: Outcome; end: TaskEnd | undefined }[],
): NonNullable<TaskCounts["incomplete"]> {
  let room = INCOMPLETE_LIST_MAX;
  return groups
    .filter(({ outcome }) => outcome !== "completed")
    .toSorted((a, b) => (a.ids[0] ?? 0) - (b.ids[0] ?? 0))
    .flatMap(({ ids, outcome, end: taskEnd }) => {
      const told = ids.slice(0, room);
      room -= told.length;
      return told.length === 0 ? [] : [{ ids: formatTaskIds(told), outcome, ...taskEnd }];
    });
}

/** Ends of an array's tasks as far as they are known, by Slurm, else by the Slurm hook; and all of its tasks. */
export function endsOf({ submitted, waiting, ends, hookEnds = [] }: ArrayAccount): {
  submitted: Set<number>;
  waiting: Set<number>;
  ends: Map<number, TaskEnd>;
} {
  return {
    submitted: idsOf(submitted),
    waiting: idsOf(waiting),
    ends: new Map([...endsById(hookEnds), ...endsById(ends)]),
  };
}

function outcomeOfEnd({ state, ...exit }: TaskEnd): Outcome {
  return state === undefined ? outcomeOfHook(exit) : outcomeOfState(state);
}

function idsOf(list: string): Set<number> {
  return (list === "" ? undefined : parseTaskIds(list)) ?? new Set();
}

function endsById(ends: ArrayAccount["ends"]): Map<number, TaskEnd> {
  return new Map(
    ends.flatMap(({ ids, ...taskEnd }) => [...idsOf(ids)].map((id) => [id, taskEnd] as const)),
  );
}

/** The end of a task that Slurm shows. */
function endOfTask(task: SlurmTask): TaskEnd {
  const { state, exitCode, signal, nodes, endedAt } = task;
  const startedAt = beginningOf(task);
  return {
    state,
    exitCode,
    signal,
    ...(nodes !== undefined && { nodes }),
    ...(startedAt !== undefined && { startedAt }),
    ...(endedAt !== undefined && { endedAt }),
  };
}

/** How a task ended, without where and when it ran. */
function howOf({ state, exitCode, signal }: TaskEnd): TaskEnd {
  return { ...(state !== undefined && { state }), exitCode, signal };
}

/** Tasks that ended in the same way together: an array may have thousands. Of too many groups, where and when is left out. */
function grouped(ends: ReadonlyMap<number, TaskEnd>): ArrayAccount["ends"] {
  const exact = groupedBy(ends, (taskEnd) => taskEnd);
  return exact.length <= TASK_GROUPS_MAX ? exact : groupedBy(ends, howOf);
}

function groupedBy(
  ends: ReadonlyMap<number, TaskEnd>,
  told: (taskEnd: TaskEnd) => TaskEnd,
): ArrayAccount["ends"] {
  const groups = new Map<string, { ids: number[]; taskEnd: TaskEnd }>();
  for (const [id, all] of ends) {
    const taskEnd = told(all);
    const { state, exitCode, signal, nodes, startedAt, endedAt, restarts } = taskEnd;
    const key = JSON.stringify([state, exitCode, signal, nodes, startedAt, endedAt, restarts]);
    const group = groups.get(key) ?? { ids: [], taskEnd };
    group.ids.push(id);
    groups.set(key, group);
  }
  return [...groups.values()].map(({ ids, taskEnd }) => ({ ids: formatTaskIds(ids), ...taskEnd }));
}

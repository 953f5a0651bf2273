import type { BoardTasks, Standing } from "../../protocol/board.ts";
import type { TaskCounts } from "../../protocol/record.ts";
import { formatTaskIds, parseTaskIds } from "../../protocol/task-ids.ts";
import { type ArrayAccount, endsOf, TASK_GROUPS_MAX } from "../slurm/array-account.ts";
import { isEnded, type SlurmTask } from "../slurm/job-state.ts";
import { END_UNKNOWN, standingOf, standingOfEnd, stateOfOutcome } from "./standing.ts";

const PENDING: Standing = { state: "PENDING" };

/**
 * All tasks of a job array, as ranges of those that are alike.
 *
 * @param shown what Slurm shows of it; nothing once its account is complete
 * @param before what was told of it last: Slurm forgets when and where a task ran that has ended
 */
export function tasksOf(
  account: ArrayAccount,
  shown: readonly SlurmTask[],
  before: readonly BoardTasks[] = [],
): BoardTasks[] {
  const { submitted, waiting, ends } = endsOf(account);
  const told = byId(before);
  const now = byId(shown.map((task) => ({ ids: task.arrayTask ?? "", ...standingOf(task) })));
  const tasks = new Map<number, Standing>();
  for (const id of new Set([...submitted, ...now.keys()])) {
    const end = ends.get(id);
    const earlier = told.get(id);
    tasks.set(
      id,
      now.get(id) ??
        (end && ended(standingOfEnd(end), earlier)) ??
        (waiting.has(id) ? PENDING : undefined) ??
        (earlier && isEnded(earlier) ? earlier : END_UNKNOWN),
    );
  }
  return grouped(tasks);
}

/** The same of an array that has ended, by what the record tells of its tasks: where the account is gone. */
export function tasksAtEnd(before: readonly BoardTasks[], counts: TaskCounts): BoardTasks[] {
  const { incomplete = [] } = counts;
  const others = byId(
    incomplete.map(({ ids, outcome, state, exitCode, signal }) => ({
      ids,
      state: state ?? stateOfOutcome(outcome),
      ...(outcome === "lost" && END_UNKNOWN),
      ...(exitCode !== undefined && { exitCode }),
      ...(signal !== undefined && { signal }),
    })),
  );
  const isComplete = counts.total - counts.completed === others.size;
  const completed: Standing = { state: "COMPLETED", exitCode: 0, signal: 0 };
  const tasks = new Map(others);
  for (const [id, earlier] of byId(before)) {
    const end = others.get(id) ?? (isComplete ? completed : undefined);
    tasks.set(id, end ? ended(end, earlier) : isEnded(earlier) ? earlier : END_UNKNOWN);
  }
  return grouped(tasks);
}

/** An end with what is known besides: of the same end, or of the run that it was the end of. */
function ended(end: Standing, earlier: Standing | undefined): Standing {
  if (!earlier) return end;
  if (earlier.state === end.state) return { ...earlier, ...end };
  if (isEnded(earlier)) return end;
  const { nodes, startedAt } = earlier;
  return {
    ...(nodes !== undefined && { nodes }),
    ...(startedAt !== undefined && { startedAt }),
    ...end,
  };
}

function byId(groups: readonly BoardTasks[]): Map<number, Standing> {
  const tasks = new Map<number, Standing>();
  for (const { ids, ...standing } of groups)
    for (const id of (ids === "" ? undefined : parseTaskIds(ids)) ?? []) tasks.set(id, standing);
  return tasks;
}

function grouped(tasks: ReadonlyMap<number, Standing>): BoardTasks[] {
  const exact = groups(tasks, (standing) => standing);
  return exact.length <= TASK_GROUPS_MAX ? exact : groups(tasks, briefly);
}

function briefly(standing: Standing): Standing {
  if (!isEnded(standing)) return standing;
  const { nodes: _, startedAt: __, endedAt: ___, ...rest } = standing;
  return rest;
}

/** Groups in the order of their first ids. */
function groups(
  tasks: ReadonlyMap<number, Standing>,
  told: (standing: Standing) => Standing,
): BoardTasks[] {
  const all = new Map<string, { ids: number[]; standing: Standing }>();
  for (const id of [...tasks.keys()].toSorted((a, b) => a - b)) {
    const { state, reason, nodes, startedAt, endedAt, exitCode, signal } = told(
      tasks.get(id) ?? END_UNKNOWN,
    );
    const standing = { state, reason, nodes, startedAt, endedAt, exitCode, signal } as Standing;
    const key = JSON.stringify(standing);
    const group = all.get(key) ?? { ids: [], standing };
    group.ids.push(id);
    all.set(key, group);
  }
  return [...all.values()].map(({ ids, standing }) => ({ ids: formatTaskIds(ids), ...standing }));
}

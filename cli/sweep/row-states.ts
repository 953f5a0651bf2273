import { mapBounded } from "../../bucket/flow/each-bounded.ts";
import { readStatus } from "../../bucket/job-objects/status.ts";
import type { ObjectStore } from "../../bucket/object-store.ts";
import type { Outcome } from "../../protocol/outcome.ts";
import type { JobRecord } from "../../protocol/record.ts";
import type { State } from "../../protocol/state.ts";
import { type ArraySweep, type PrefixSweep, rowPrefix, type Sweep } from "../../protocol/sweep.ts";
import { failedTasks, namedTasks } from "../jobs/failed-tasks.ts";
import { isStateOf, ownRecord } from "../jobs/read-job.ts";

/** Rows that are read at a time. */
const AT_ONCE = 32;

/** Where a row of a sweep is. */
export interface RowState {
  /** From 1. */
  row: number;
  /** Of its job, which is that of all rows where they are tasks of an array. */
  prefix: string;
  /** null: it was not submitted, or the state is no known one. */
  state: State | null;
  /** null: it has not ended, or not been run. */
  outcome: Outcome | null;
  exitCode: number | null;
}

/** Whether a row is to be run again: it was never submitted, or has ended and did not complete. */
export function hasFailed({ state, outcome }: RowState): boolean {
  return state === null || state === "JOB_ERROR" || (outcome !== null && outcome !== "completed");
}

/**
 * Where each row of a sweep is, as far as the sweep's own submissions tell: one request for a job array that has ended, or
 * two; the same for each of the rows with a prefix of their own.
 */
export async function rowStates(
  store: ObjectStore,
  name: string,
  sweep: Sweep,
): Promise<RowState[]> {
  return sweep.kind === "array" ? ofArray(store, name, sweep) : ofPrefixes(store, name, sweep);
}

async function ofPrefixes(
  store: ObjectStore,
  name: string,
  { rows, submissions }: PrefixSweep,
): Promise<RowState[]> {
  return mapBounded([...rows.keys()], AT_ONCE, async (at) => {
    const row = at + 1;
    const prefix = rowPrefix(name, row, rows.length);
    const own = await ownRecord(store, prefix, submissions[at]);
    if (own?.outcome !== undefined) return { row, prefix, ...endOf(own) };
    const state = await stateOf(store, prefix, submissions[at]);
    return { row, prefix, state, outcome: null, exitCode: null };
  });
}

async function ofArray(
  store: ObjectStore,
  name: string,
  { rows, submission, tasks, done }: ArraySweep,
): Promise<RowState[]> {
  const record = await ownRecord(store, name, submission);
  const before = new Set(done);
  const now = new Set(tasks);
  const named = record && namedTasks(record);
  const others = record && othersOf(record);
  const end = record?.outcome === undefined ? undefined : endOf(record);
  const state = end?.state ?? (await stateOf(store, name, submission));
  return rows.map((_, at) => {
    const row = at + 1;
    const its = (): Omit<RowState, "row" | "prefix"> => {
      if (before.has(row)) return COMPLETED;
      // It waits for another submission.
      if (!now.has(row)) return { state: null, outcome: null, exitCode: null };
      const task = named?.get(row);
      if (task) return { state, outcome: task.outcome, exitCode: task.exitCode ?? null };
      return others ?? { state, outcome: null, exitCode: null };
    };
    return { row, prefix: name, ...its() };
  });
}

/** The state of a submission; null: what is there is an earlier run's, as when this one was not requested, or another client's. */
async function stateOf(
  store: ObjectStore,
  prefix: string,
  submission: string | undefined,
): Promise<State | null> {
  const status = await readStatus(store, prefix);
  return status && isStateOf(status, submission) ? (status.state ?? null) : null;
}

const COMPLETED = { state: "JOB_COMPLETE", outcome: "completed", exitCode: 0 } as const;

function endOf({ state, outcome, slurm }: JobRecord): Omit<RowState, "row" | "prefix"> {
  return { state, outcome: outcome ?? null, exitCode: slurm?.exitCode ?? null };
}

/** How the tasks of an array ended that its record does not name; undefined: it has not ended. */
function othersOf(record: JobRecord): Omit<RowState, "row" | "prefix"> | undefined {
  if (record.outcome === undefined) return undefined;
  if (!record.slurm?.tasks) return endOf(record);
  // Where the list was cut, nothing tells which of them completed.
  return failedTasks(record) ? COMPLETED : { state: record.state, outcome: null, exitCode: null };
}

import { mapBounded } from "../../bucket/flow/each-bounded.ts";
import { readStatus, type StatusObject } from "../../bucket/job-objects/status.ts";
import type { ObjectStore } from "../../bucket/object-store.ts";
import type { Outcome } from "../../protocol/outcome.ts";
import type { JobRecord } from "../../protocol/record.ts";
import type { State } from "../../protocol/state.ts";
import {
  type ArraySweep,
  everyRow,
  type PrefixSweep,
  rowPrefix,
  type Sweep,
} from "../../protocol/sweep.ts";
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
  /** Its job is gone, and nothing tells how it ended, nor whether it was submitted at all. */
  missing: boolean;
}

/** Whether a row is to be run again: it was never submitted, or has ended and did not complete. */
export function hasFailed({ state, outcome, missing }: RowState): boolean {
  if (state === null) return !missing;
  return state === "JOB_ERROR" || (outcome !== null && outcome !== "completed");
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
  return sweep.kind === "array"
    ? ofArray(store, name, sweep)
    : prefixRowStates(store, name, sweep, everyRow(sweep));
}

/** The same for some rows of a sweep with a prefix for each: without a job, what the sweep's object has kept of them. */
export async function prefixRowStates(
  store: ObjectStore,
  name: string,
  { rows: { length }, submissions, open, done }: PrefixSweep,
  rows: readonly number[],
): Promise<RowState[]> {
  const [isOpen, isDone] = [new Set(open), new Set(done)];
  return mapBounded(rows, AT_ONCE, async (row) => {
    const prefix = rowPrefix(name, row, length);
    const submission = submissions[row - 1];
    const own = await ownRecord(store, prefix, submission);
    if (own?.outcome !== undefined) return { row, prefix, ...endOf(own) };
    const status = await readStatus(store, prefix);
    const state = stateIn(status, submission);
    if (state !== null) return { row, prefix, ...NOT_ENDED, state };
    if (isDone.has(row)) return { row, prefix, ...COMPLETED };
    return { row, prefix, ...NOT_ENDED, missing: !status && !isOpen.has(row) };
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
  const state = end?.state ?? stateIn(await readStatus(store, name), submission);
  return rows.map((_, at) => {
    const row = at + 1;
    const its = (): Omit<RowState, "row" | "prefix"> => {
      if (before.has(row)) return COMPLETED;
      // It waits for another submission.
      if (!now.has(row)) return NOT_ENDED;
      const task = named?.get(row);
      if (task) {
        const { outcome, exitCode = null } = task;
        return { ...NOT_ENDED, state, outcome, exitCode };
      }
      return others ?? { ...NOT_ENDED, state };
    };
    return { row, prefix: name, ...its() };
  });
}

/** The state of a submission; null: what is there is an earlier run's, as when this one was not requested, or another client's. */
function stateIn(status: StatusObject | undefined, submission: string | undefined): State | null {
  return status && isStateOf(status, submission) ? (status.state ?? null) : null;
}

const NOT_ENDED = { state: null, outcome: null, exitCode: null, missing: false } as const;
const COMPLETED = {
  state: "JOB_COMPLETE",
  outcome: "completed",
  exitCode: 0,
  missing: false,
} as const;

function endOf({ state, outcome, slurm }: JobRecord): Omit<RowState, "row" | "prefix"> {
  const exitCode = slurm?.exitCode ?? null;
  return { state, outcome: outcome ?? null, exitCode, missing: false };
}

/** How the tasks of an array ended that its record does not name; undefined: it has not ended. */
function othersOf(record: JobRecord): Omit<RowState, "row" | "prefix"> | undefined {
  if (record.outcome === undefined) return undefined;
  if (!record.slurm?.tasks) return endOf(record);
  // Where the list was cut, nothing tells which of them completed.
  return failedTasks(record) ? COMPLETED : { ...NOT_ENDED, state: record.state };
}

import { eachBounded } from "../../bucket/flow/each-bounded.ts";
import { changeSweep, readSweepObject, type SweepObject } from "../../bucket/job-objects/sweep.ts";
import { untoldIsNone } from "../../bucket/job-objects/untold.ts";
import type { ObjectStore } from "../../bucket/object-store.ts";
import { type PrefixSweep, rowOfPrefix, rowPrefix } from "../../protocol/sweep.ts";
import { hasFailed, prefixRowStates, type RowState } from "./row-states.ts";

/** Sweeps that are looked at at a time. */
const AT_ONCE = 8;

/** Rows that are to be submitted again. */
interface NextRows {
  /** Where all rows of the sweep are. */
  states: readonly RowState[];
  /** Of each row that is to be submitted, its next submission. */
  next: ReadonlyMap<number, string>;
}

/**
 * A sweep with rows that are about to be requested: they are open until they are. Of those that have completed it keeps that
 * they have, as their jobs may be removed at any time.
 */
export function withNextRows(sweep: PrefixSweep, { states, next }: NextRows): PrefixSweep {
  const lists = new RowLists(sweep);
  for (const state of states) lists.note(state);
  for (const row of next.keys()) lists.set(row, "open");
  const submissions = sweep.submissions.map((one, at) => next.get(at + 1) ?? one);
  return { ...sweep, submissions, ...lists.sorted() };
}

/** Notes that rows were requested: one request. Where their jobs are gone later on, that does not mean that they never were. */
export async function noteRequested(
  store: ObjectStore,
  name: string,
  known: SweepObject,
  rows: readonly number[],
): Promise<void> {
  await changeSweep(store, name, known, (sweep) => {
    if (sweep.kind !== "prefixes" || !sweep.open) return undefined;
    const lists = new RowLists(sweep);
    for (const row of rows) lists.close(row);
    return lists.hasChanged ? { ...sweep, ...lists.sorted() } : undefined;
  });
}

/**
 * Notes how rows ended whose jobs are about to be removed, in the objects of their sweeps: for each name that may be that of a
 * sweep a request, and another if it is one; for each of its rows one or two.
 *
 * @param prefixes of the jobs; where the sweep itself is among them, nothing is noted
 * @param onError called with what S3 says about one sweep; the others go on
 */
export async function noteRemovals(
  store: ObjectStore,
  prefixes: readonly string[],
  onError: (name: string, error: unknown) => void,
): Promise<void> {
  const sweeps = new Map<string, { row: number; prefix: string }[]>();
  const all = new Set(prefixes);
  for (const prefix of all) {
    const { name = "", row = 0 } = rowOfPrefix(prefix) ?? {};
    if (row === 0 || all.has(name)) continue;
    const others = sweeps.get(name);
    if (others) others.push({ row, prefix });
    else sweeps.set(name, [{ row, prefix }]);
  }
  await eachBounded([...sweeps], AT_ONCE, async ([name, rows]) => {
    try {
      await noteRemovalsOf(store, name, rows);
    } catch (error) {
      onError(name, error);
    }
  });
}

async function noteRemovalsOf(
  store: ObjectStore,
  name: string,
  jobs: readonly { row: number; prefix: string }[],
): Promise<void> {
  const known = await readSweepObject(store, name).catch(untoldIsNone);
  if (known?.sweep.kind !== "prefixes") return;
  const { length } = known.sweep.rows;
  const rows = jobs
    .filter(({ row, prefix }) => row <= length && rowPrefix(name, row, length) === prefix)
    .map(({ row }) => row);
  const states = await prefixRowStates(store, name, known.sweep, rows);
  await changeSweep(store, name, known, (sweep) => {
    if (sweep.kind !== "prefixes") return undefined;
    const lists = new RowLists(sweep);
    for (const state of states) lists.note(state);
    return lists.hasChanged ? { ...sweep, ...lists.sorted() } : undefined;
  });
}

type Word = "open" | "done" | undefined;

/** The rows of a sweep of which its object tells what holds when they have no job. */
class RowLists {
  hasChanged = false;
  readonly #words: Map<number, Word>;

  constructor({ open = [], done = [] }: Pick<PrefixSweep, "open" | "done">) {
    this.#words = new Map([
      ...open.map((row) => [row, "open"] as const),
      ...done.map((row) => [row, "done"] as const),
    ]);
  }

  /** Keeps of a row with a job whether it is to be submitted again, for when that job is gone. */
  note(state: RowState): void {
    const { row, outcome, missing } = state;
    if (missing) return;
    if (outcome === "completed") this.set(row, "done");
    else this.set(row, hasFailed(state) ? "open" : undefined);
  }

  /** It is open no more; that it is done stays. */
  close(row: number): void {
    if (this.#words.get(row) === "open") this.set(row, undefined);
  }

  set(row: number, word: Word): void {
    this.hasChanged ||= this.#words.get(row) !== word;
    this.#words.set(row, word);
  }

  sorted(): Required<Pick<PrefixSweep, "open" | "done">> {
    const of = (wanted: Word) =>
      [...this.#words]
        .flatMap(([row, word]) => (word === wanted ? [row] : []))
        .toSorted((a, b) => a - b);
    return { open: of("open"), done: of("done") };
  }
}

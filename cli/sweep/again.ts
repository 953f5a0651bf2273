import { readInputManifest } from "../../bucket/job-objects/manifest.ts";
import { readStatus } from "../../bucket/job-objects/status.ts";
import {
  changeSweep,
  readSweep,
  readSweepObject,
  type SweepObject,
  writeSweep,
} from "../../bucket/job-objects/sweep.ts";
import type { ObjectStore } from "../../bucket/object-store.ts";
import { type ManifestId } from "../../protocol/manifest.ts";
import { keyOf, MANIFEST_FILE } from "../../protocol/objects.ts";
import { isPrefix } from "../../protocol/prefix.ts";
import { formatSbatchMetadata } from "../../protocol/sbatch-options.ts";
import type { ArraySweep, PrefixSweep, Sweep } from "../../protocol/sweep.ts";
import { formatTaskIds } from "../../protocol/task-ids.ts";
import type { Context } from "../context.ts";
import { CommandError } from "../errors/command-error.ts";
import { ARRAY_MAX_BYTES, failedTasks, lastJobOf } from "../jobs/failed-tasks.ts";
import { ownRecord } from "../jobs/read-job.ts";
import { refuseActive } from "../jobs/refuse-active.ts";
import { newSubmission, requestRun, runMetadata } from "../jobs/request-run.ts";
import type { Caller } from "../jobs/submit-job.ts";
import {
  arrayOf,
  type Swept,
  submitArray,
  submitPrefixes,
  sweepOptions,
  sweepText,
} from "./new-sweep.ts";
import { withNextRows } from "./open-rows.ts";
import { hasFailed, type RowState, rowStates } from "./row-states.ts";
import { submitRows } from "./submit-rows.ts";

/** A sweep that is in the bucket. */
interface Known<Kind extends Sweep> {
  name: string;
  /** With the options that it is to have next. */
  sweep: Kind;
  /** As it was read. */
  object: SweepObject;
  /** The folder or script that it is to be submitted from; undefined: the files are those in the bucket. */
  path: string | undefined;
}

/** @throws CloudSubmitError `no-such-job` when there is no sweep of this name */
export async function sweepNamed(store: ObjectStore, name: string): Promise<Sweep> {
  return (await readSweep(store, name)) ?? noSweep(name);
}

function noSweep(name: string): never {
  throw new CommandError("no-such-job", (say) => say("sweep.none", { name }));
}

/**
 * Submits the rows of a sweep again that did not complete, those of an array when it has ended.
 *
 * @param target the name of the sweep; else the folder or script that it was submitted from
 * @param options.sbatchOptions in place of those that it had; undefined: the same
 * @param options.missing also rows without a job of which nothing is known
 * @throws CloudSubmitError `no-such-job`; `active-job`; `usage` when nothing tells which rows failed
 */
export async function sweepAgain(
  context: Context,
  target: string,
  options: {
    prefix?: string | undefined;
    sbatchOptions?: readonly string[] | undefined;
    missing?: boolean | undefined;
  },
  caller: Caller,
): Promise<Swept> {
  const known = await find(context, target, options.prefix);
  const { sweep } = known;
  const given = options.sbatchOptions ?? [];
  const next = {
    ...sweep,
    // Words from the bucket have no authority.
    sbatchOptions: sweepOptions(given.length > 0 ? given : sweep.sbatchOptions),
  };
  if (next.kind === "prefixes") refuseNotify(caller.notify);
  return next.kind === "array"
    ? arrayAgain(context, { ...known, sweep: next }, caller)
    : prefixesAgain(context, { ...known, sweep: next }, options.missing === true);
}

async function find(
  context: Context,
  target: string,
  prefix: string | undefined,
): Promise<Known<Sweep>> {
  const { store } = context;
  const known = (name: string, path: string | undefined, object: SweepObject) => ({
    name,
    path,
    sweep: object.sweep,
    object,
  });
  if (prefix !== undefined)
    return known(prefix, target, (await readSweepObject(store, prefix)) ?? noSweep(prefix));
  const named = isPrefix(target) ? await readSweepObject(store, target) : undefined;
  if (named) return known(target, undefined, named);
  const name = await lastJobOf(context, target);
  const sent = name === undefined ? undefined : await readSweepObject(store, name);
  if (name !== undefined && sent) return known(name, target, sent);
  if (isPrefix(target)) return noSweep(target);
  throw new CommandError("no-such-job", (say) => say("sweep.noneFrom", { path: target }));
}

/** Refuses an address for a sweep with a prefix for each row: it would get a message for each. */
export function refuseNotify(notify: string | undefined): void {
  if (notify !== undefined) throw new CommandError("usage", (say) => say("sweep.notifyArray"));
}

async function arrayAgain(
  context: Context,
  { name, sweep, path }: Known<ArraySweep>,
  caller: Caller,
): Promise<Swept> {
  const { store } = context;
  const status = await readStatus(store, name);
  refuseActive(context, name, status);
  const record = await ownRecord(store, name, sweep.submission);
  const done = new Set(sweep.done);
  if (record?.slurm?.tasks) {
    const failed = failedTasks(record);
    const { total, completed } = record.slurm.tasks;
    if (!failed)
      throw new CommandError("usage", (say) =>
        say("sweep.notNamed", { name, count: total - completed }),
      );
    for (const task of sweep.tasks) if (!failed.has(task)) done.add(task);
  } else if (record?.outcome === "completed") for (const task of sweep.tasks) done.add(task);
  const rows = sweep.rows.map((_, at) => at + 1).filter((row) => !done.has(row));
  const tasks = asManyAsFit(rows);
  const total = sweep.rows.length;
  const left = rows.length - tasks.length;
  const none = { files: 0, bytes: 0, failed: [], missing: 0 } as const;
  const swept = { name, kind: "array", total, ...none, left } as const;
  if (tasks.length === 0) return { ...swept, submitted: [] };
  const submission = newSubmission(context);
  const next: ArraySweep = {
    ...sweep,
    submission,
    tasks,
    done: [...done].toSorted((a, b) => a - b),
  };
  if (path !== undefined)
    return {
      ...(await submitArray(context, path, { name, sweep: next }, { ...caller, again: true })),
      left,
    };
  const manifest = await presentManifest(store, name);
  await writeSweep(store, name, sweepText(next));
  const sbatch = formatSbatchMetadata([...next.sbatchOptions, `--array=${arrayOf(next)}`]);
  await requestRun(
    store,
    { prefix: name, submission, before: status },
    runMetadata(context.submitter, { sbatch, manifest, notify: caller.notify }),
  );
  return { ...swept, submitted: tasks };
}

/** The first of some tasks, whose list is not too long for sbatch. */
function asManyAsFit(rows: readonly number[]): number[] {
  const tasks = [...rows];
  while (formatTaskIds(tasks).length > ARRAY_MAX_BYTES)
    tasks.length -= Math.ceil(tasks.length / 16);
  return tasks;
}

async function prefixesAgain(
  context: Context,
  { name, sweep, path, object }: Known<PrefixSweep>,
  takesMissing: boolean,
): Promise<Swept> {
  const { store } = context;
  const states = await rowStates(store, name, sweep);
  const isNext = (state: RowState) => hasFailed(state) || (takesMissing && state.missing);
  const rows = states.filter(isNext).map(({ row }) => row);
  const missing = takesMissing ? 0 : states.filter((state) => state.missing).length;
  const none = { name, kind: "prefixes", total: sweep.rows.length, left: 0, missing } as const;
  const sent = { submitted: rows, files: 0, bytes: 0 };
  if (rows.length === 0) return { ...none, ...sent, failed: [] };
  const submissions = new Map(rows.map((row) => [row, newSubmission(context)]));
  const next = withNextRows(sweep, { states, next: submissions });
  const write = async () => {
    const { sbatchOptions } = sweep;
    const change = (now: Sweep) =>
      now.kind === "prefixes" && now.readKey === sweep.readKey
        ? withNextRows({ ...now, sbatchOptions }, { states, next: submissions })
        : undefined;
    return (await changeSweep(store, name, object, change)) ?? noSweep(name);
  };
  if (path !== undefined)
    return {
      ...(await submitPrefixes(context, path, { name, sweep: next }, { rows, write })),
      missing,
    };
  const manifest = await presentManifest(store, name);
  const { inputs } = await readInputManifest(store, name, manifest);
  sweepText(next);
  const known = await write();
  const shared = [...inputs.values()];
  const failed = await submitRows(context, name, next, { rows, shared, again: true, known });
  return { ...none, ...sent, failed };
}

/** The manifest that is below a sweep's name now. @throws CloudSubmitError `no-such-job` when there is none */
async function presentManifest(store: ObjectStore, name: string): Promise<ManifestId> {
  const got = await store.get(keyOf(name, MANIFEST_FILE));
  got?.body.destroy();
  if (!got) throw new CommandError("no-such-job", (say) => say("sweep.noFiles", { name }));
  const { etag, versionId } = got;
  return { etag, ...(versionId !== undefined && versionId !== "null" && { version: versionId }) };
}

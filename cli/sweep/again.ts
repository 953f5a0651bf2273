import { readInputManifest } from "../../bucket/job-objects/manifest.ts";
import { readStatus } from "../../bucket/job-objects/status.ts";
import { readSweep, writeSweep } from "../../bucket/job-objects/sweep.ts";
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
import { hasFailed, rowStates } from "./row-states.ts";
import { submitRows } from "./submit-rows.ts";

/** A sweep that is in the bucket. */
interface Known<Kind extends Sweep> {
  name: string;
  sweep: Kind;
  /** The folder or script that it is to be submitted from; undefined: the files are those in the bucket. */
  path: string | undefined;
}

/** @throws CloudSubmitError `no-such-job` when there is no sweep of this name */
export async function sweepNamed(store: ObjectStore, name: string): Promise<Sweep> {
  const sweep = await readSweep(store, name);
  if (!sweep) throw new CommandError("no-such-job", (say) => say("sweep.none", { name }));
  return sweep;
}

/**
 * Submits the rows of a sweep again that did not complete, those of an array when it has ended.
 *
 * @param target the name of the sweep; else the folder or script that it was submitted from
 * @param options.sbatchOptions in place of those that it had; undefined: the same
 * @throws CloudSubmitError `no-such-job`; `active-job`; `usage` when nothing tells which rows failed
 */
export async function sweepAgain(
  context: Context,
  target: string,
  options: { prefix?: string | undefined; sbatchOptions?: readonly string[] | undefined },
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
    : prefixesAgain(context, { ...known, sweep: next });
}

async function find(
  context: Context,
  target: string,
  prefix: string | undefined,
): Promise<Known<Sweep>> {
  const { store } = context;
  if (prefix !== undefined)
    return { name: prefix, path: target, sweep: await sweepNamed(store, prefix) };
  const named = isPrefix(target) ? await readSweep(store, target) : undefined;
  if (named) return { name: target, path: undefined, sweep: named };
  const name = await lastJobOf(context, target);
  const sweep = name === undefined ? undefined : await readSweep(store, name);
  if (name === undefined || !sweep)
    throw new CommandError("no-such-job", (say) =>
      isPrefix(target)
        ? say("sweep.none", { name: target })
        : say("sweep.noneFrom", { path: target }),
    );
  return { name, path: target, sweep };
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
  const swept = { name, kind: "array", total, files: 0, bytes: 0, failed: [], left } as const;
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
  { name, sweep, path }: Known<PrefixSweep>,
): Promise<Swept> {
  const { store } = context;
  const states = await rowStates(store, name, sweep);
  const rows = states.filter(hasFailed).map(({ row }) => row);
  const total = sweep.rows.length;
  const none = { name, kind: "prefixes", total, submitted: rows, files: 0, bytes: 0 } as const;
  if (rows.length === 0) return { ...none, failed: [], left: 0 };
  const submissions = [...sweep.submissions];
  for (const row of rows) submissions[row - 1] = newSubmission(context);
  const next = { ...sweep, submissions };
  if (path !== undefined) return submitPrefixes(context, path, { name, sweep: next }, rows);
  const manifest = await presentManifest(store, name);
  const { inputs } = await readInputManifest(store, name, manifest);
  await writeSweep(store, name, sweepText(next));
  const shared = [...inputs.values()];
  const failed = await submitRows(context, name, next, { rows, shared, again: true });
  return { ...none, failed, left: 0 };
}

/** The manifest that is below a sweep's name now. @throws CloudSubmitError `no-such-job` when there is none */
async function presentManifest(store: ObjectStore, name: string): Promise<ManifestId> {
  const got = await store.get(keyOf(name, MANIFEST_FILE));
  got?.body.destroy();
  if (!got) throw new CommandError("no-such-job", (say) => say("sweep.noFiles", { name }));
  const { etag, versionId } = got;
  return { etag, ...(versionId !== undefined && versionId !== "null" && { version: versionId }) };
}

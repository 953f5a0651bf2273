import { writeInputManifest } from "../../bucket/job-objects/manifest.ts";
import { readStatus } from "../../bucket/job-objects/status.ts";
import { readSweep, type SweepObject, writeSweep } from "../../bucket/job-objects/sweep.ts";
import { untoldIsNone } from "../../bucket/job-objects/untold.ts";
import type { ObjectStore } from "../../bucket/object-store.ts";
import type { Input } from "../../protocol/manifest.ts";
import { keyOf } from "../../protocol/objects.ts";
import { makePrefix } from "../../protocol/prefix.ts";
import { sbatchOptions } from "../../protocol/sbatch-options.ts";
import {
  type ArraySweep,
  everyRow,
  formatSweep,
  type PrefixSweep,
  SWEEP_NAME_MAX,
  type Sweep,
} from "../../protocol/sweep.ts";
import { formatTaskIds } from "../../protocol/task-ids.ts";
import type { Context } from "../context.ts";
import { CommandError } from "../errors/command-error.ts";
import { checkPrefix } from "../jobs/check-prefix.ts";
import { type JobSource, sourceName } from "../jobs/job-source.ts";
import { newSubmission } from "../jobs/request-run.ts";
import { type Caller, submitJob } from "../jobs/submit-job.ts";
import { commandLine } from "../output/command-line.ts";
import type { WayOn } from "../ui/way-on.ts";
import { sweepVerb } from "../verbs/sweep/description.ts";
import { putTexts } from "./put-texts.ts";
import {
  PARAMS_FILE,
  type Parameters,
  paramsText,
  ROW_FILES,
  ROW_SCRIPT,
  rowScript,
  VALUES_FILE,
  valuesText,
} from "./row-files.ts";
import { type FailedRow, refuseTakenRows, submitRows } from "./submit-rows.ts";
import { sweepTemplate, uploadTemplate } from "./template.ts";

/** A sweep, or a part of one, that was submitted. */
export interface Swept {
  name: string;
  kind: Sweep["kind"];
  /** Rows that it has. */
  total: number;
  /** Numbers of the rows that were submitted. */
  submitted: readonly number[];
  /** Files and bytes uploaded, of the template or, for an array, in all. */
  files: number;
  bytes: number;
  failed: readonly FailedRow[];
  /** Failed rows for which there was no room in sbatch's list. */
  left: number;
  /** Rows without a job of which nothing is known, and that were not submitted. */
  missing: number;
}

/** Name, kind and options of a new sweep. */
export interface SweepOptions {
  prefix?: string | undefined;
  prefixPerRow?: boolean | undefined;
  atOnce?: number | undefined;
  sbatchOptions?: readonly string[] | undefined;
}

/**
 * The sweep of parameters that has not been submitted yet, and its name.
 *
 * @throws CloudSubmitError `usage`, `bad-option` or `bad-prefix` when it could not be submitted
 */
export function planSweep(
  context: Pick<Context, "now" | "random" | "secret">,
  source: JobSource,
  { columns, rows }: Parameters,
  options: SweepOptions,
): { name: string; sweep: Sweep } {
  const { prefixPerRow, atOnce, prefix } = options;
  const now = context.now();
  const base = sourceName(source.path, source.kind).slice(0, SWEEP_NAME_MAX / 2);
  const name = prefix ?? makePrefix(base, now, context.random());
  checkPrefix(name);
  const shared = {
    version: 1 as const,
    columns: [...columns],
    rows: rows.map((values) => [...values]),
    sbatchOptions: sweepOptions(options.sbatchOptions),
  };
  if (!prefixPerRow) {
    const tasks = everyRow(shared);
    const submission = newSubmission(context);
    return { name, sweep: { ...shared, kind: "array", atOnce, submission, tasks, done: [] } };
  }
  if (atOnce !== undefined)
    throw new CommandError("usage", (say) => say("sweep.notAlone", { flag: "--at-once" }));
  if (name.length > SWEEP_NAME_MAX)
    throw new CommandError("usage", (say) => say("sweep.longName", { name, max: SWEEP_NAME_MAX }));
  const submissions = rows.map(() => newSubmission(context));
  const readKey = context.secret();
  const open = everyRow(shared);
  return { name, sweep: { ...shared, kind: "prefixes", readKey, submissions, open, done: [] } };
}

/** Options for sbatch that a sweep may have. @throws CloudSubmitError `usage` or `bad-option` */
export function sweepOptions(given: readonly string[] = []): string[] {
  const options = sbatchOptions(given);
  if (options.some((option) => option.startsWith("--array")))
    throw new CommandError("usage", (say) => say("sweep.array"));
  return options;
}

/** The text of a sweep's object. @throws CloudSubmitError `usage` when it is too long for one */
export function sweepText(sweep: Sweep): string {
  const text = formatSweep(sweep);
  if (text === undefined) throw new CommandError("usage", (say) => say("sweep.tooLong"));
  return text;
}

/** Submits rows of a sweep as one job array: the folder's files, three of the sweep, and its object. */
export async function submitArray(
  context: Context,
  path: string,
  { name, sweep }: { name: string; sweep: ArraySweep },
  caller: Caller & { again: boolean },
): Promise<Swept> {
  const text = sweepText(sweep);
  await sweepTemplate(path);
  // Nothing tells the end of an earlier job from that of the sweep's first submission.
  if (!caller.again) await refuseTaken(context.store, name);
  const { tasks, submission, sbatchOptions: options, columns, rows } = sweep;
  const also = async (prefix: string, readKey: string): Promise<Input[]> => {
    await writeSweep(context.store, prefix, text);
    const texts = {
      [PARAMS_FILE]: paramsText(sweep),
      [VALUES_FILE]: valuesText(sweep),
      [ROW_SCRIPT]: rowScript(columns, rows.length),
    };
    return putTexts(context.store, prefix, texts, readKey);
  };
  const { files, bytes } = await submitJob(
    context,
    path,
    {
      prefix: name,
      sbatchOptions: options,
      array: arrayOf(sweep),
      submission,
      also,
      without: ROW_FILES,
    },
    caller,
  );
  const total = rows.length;
  const sent = { submitted: tasks, files, bytes, failed: [] };
  return { name, kind: "array", total, ...sent, left: 0, missing: 0 };
}

/** Refuses the name of a job, or of a sweep with a prefix for each row. One of an array that was never requested is begun anew. */
async function refuseTaken(store: ObjectStore, name: string): Promise<void> {
  const isTaken =
    (await readStatus(store, name).catch(untoldIsNone)) ??
    (await readSweep(store, name).catch(untoldIsNone))?.kind === "prefixes";
  if (isTaken) throw new CommandError("usage", (say) => say("sweep.taken", { name }));
}

/** The value of `--array` for the tasks of a sweep. */
export function arrayOf({ tasks, atOnce }: Pick<ArraySweep, "tasks" | "atOnce">): string {
  return `${formatTaskIds(tasks)}${atOnce === undefined ? "" : `%${atOnce}`}`;
}

/** Rows of a sweep that is in the bucket. */
interface RowsAgain {
  rows: readonly number[];
  /** Writes the sweep's object, in which they are open. */
  write: () => Promise<SweepObject>;
}

/**
 * Submits rows of a sweep as jobs of their own: the template once, below the sweep's name, then the rows.
 *
 * @param again undefined: all rows, and the sweep is new
 */
export async function submitPrefixes(
  context: Context,
  path: string,
  { name, sweep }: { name: string; sweep: PrefixSweep },
  again?: RowsAgain,
): Promise<Swept> {
  const { store } = context;
  const text = sweepText(sweep);
  const source = await sweepTemplate(path);
  if (!again) {
    for await (const _ of store.list(keyOf(name, "")))
      throw new CommandError("usage", (say) => say("sweep.taken", { name }));
    await refuseTakenRows(context, name, sweep);
  }
  const known = again ? await again.write() : { sweep, etag: await writeSweep(store, name, text) };
  context.interrupt.at(goOn(context, name, path));
  const { inputs, files, bytes } = await uploadTemplate(context, source, name, sweep.readKey);
  const script = { [ROW_SCRIPT]: rowScript(sweep.columns, undefined) };
  const shared = [...inputs, ...(await putTexts(store, name, script, sweep.readKey))];
  const { readKey } = sweep;
  if (!(await writeInputManifest(store, name, shared, { readKey })))
    throw new CommandError("usage", (say) => say("sweep.manyFiles"));
  context.interrupt.at(goOn(context, name));
  const rows = again?.rows ?? everyRow(sweep);
  const failed = await submitRows(context, name, sweep, { rows, shared, again: !!again, known });
  const total = sweep.rows.length;
  const sent = { submitted: rows, files, bytes, failed };
  return { name, kind: "prefixes", total, ...sent, left: 0, missing: 0 };
}

/** How to go on with a sweep of which not all rows are submitted. */
export function goOn({ given }: Pick<Context, "given">, name: string, path?: string): WayOn {
  const flags = path === undefined ? {} : { prefix: name };
  return {
    command: commandLine(given, sweepVerb, { path: path ?? name }, { ...flags, onlyFailed: true }),
    line: (say, command) => say("interrupt.sweep", { command }),
  };
}

/** The command that submits rows, too, whose jobs are gone and of which nothing is known. */
export function submitMissing(given: Context["given"], name: string): string {
  return commandLine(given, sweepVerb, { path: name }, { onlyFailed: true, missing: true });
}

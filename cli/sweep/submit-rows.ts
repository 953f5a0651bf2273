import { eachBounded } from "../../bucket/flow/each-bounded.ts";
import { listPrefixes } from "../../bucket/job-objects/list-prefixes.ts";
import { readPresentManifest, writeInputManifest } from "../../bucket/job-objects/manifest.ts";
import { readStatus, type StatusObject } from "../../bucket/job-objects/status.ts";
import type { SweepObject } from "../../bucket/job-objects/sweep.ts";
import { untoldIsNone } from "../../bucket/job-objects/untold.ts";
import { CloudSubmitError } from "../../protocol/error.ts";
import { type Input } from "../../protocol/manifest.ts";
import { keyOf } from "../../protocol/objects.ts";
import { formatSbatchMetadata } from "../../protocol/sbatch-options.ts";
import { type PrefixSweep, rowPrefix } from "../../protocol/sweep.ts";
import type { Context } from "../context.ts";
import { awsError } from "../errors/aws-error.ts";
import { CommandError } from "../errors/command-error.ts";
import { refuseOthers } from "../jobs/other-kinds.ts";
import { refuseActive } from "../jobs/refuse-active.ts";
import { requestRun, runMetadata } from "../jobs/request-run.ts";
import { noteRequested } from "./open-rows.ts";
import { putTexts } from "./put-texts.ts";
import { PARAMS_FILE, paramsText, VALUES_FILE, valuesText } from "./row-files.ts";

/** Rows that are submitted at a time. */
const AT_ONCE = 16;

/** A row that was not submitted, and why. */
export interface FailedRow {
  row: number;
  prefix: string;
  error: CloudSubmitError;
}

/** How rows are submitted. */
export interface RowsToSubmit {
  /** Numbers of the rows, from 1. */
  rows: readonly number[];
  /** Objects of the template, below the sweep's name. */
  shared: readonly Input[];
  /** Whether the rows were submitted before; else there was nothing below their prefixes (refuseTakenRows). */
  again: boolean;
  /** The sweep's object, in which they are open. */
  known: SweepObject;
}

/**
 * Submits rows of a sweep, each as a job under its own prefix, which names the template's objects where they are: four
 * requests for each, and two more for those that are submitted again, or four. One that fails keeps no other back. Then one
 * more for the sweep's object, which tells of the others that they were submitted.
 *
 * @returns those that failed
 */
export async function submitRows(
  context: Context,
  name: string,
  sweep: PrefixSweep,
  { rows, shared, again, known }: RowsToSubmit,
): Promise<FailedRow[]> {
  const sources = shared.map((input) => ({
    ...input,
    source: { key: keyOf(name, input.path), readKey: sweep.readKey },
  }));
  const failed: FailedRow[] = [];
  await eachBounded(rows, AT_ONCE, async (row) => {
    const prefix = rowPrefix(name, row, sweep.rows.length);
    try {
      await submitRow(context, prefix, sweep, { row, shared: sources, again });
    } catch (error) {
      const told = error instanceof CloudSubmitError ? error : awsError(error);
      failed.push({ row, prefix, error: told });
    }
  });
  const isFailed = new Set(failed.map(({ row }) => row));
  const requested = rows.filter((row) => !isFailed.has(row));
  const noting = noteRequested(context.store, name, known, requested);
  // A failure that keeps rows back keeps this back, too; the rows are told of then, and all of them stay open.
  await (failed.length > 0 ? noting.catch(() => undefined) : noting);
  return failed.toSorted((a, b) => (a.prefix < b.prefix ? -1 : 1));
}

/** @throws CloudSubmitError `usage` when there is something below the prefix of a row: a listing, before anything is written */
export async function refuseTakenRows(
  { store }: Pick<Context, "store">,
  name: string,
  { rows }: PrefixSweep,
): Promise<void> {
  const own = new Set(rows.map((_, at) => rowPrefix(name, at + 1, rows.length)));
  for await (const prefix of listPrefixes(store, `${name}-`))
    if (own.has(prefix)) throw isTaken(prefix);
}

async function submitRow(
  context: Context,
  prefix: string,
  { columns, rows, readKey, submissions, sbatchOptions }: PrefixSweep,
  { row, shared, again }: { row: number; shared: readonly Input[]; again: boolean },
): Promise<void> {
  const { store } = context;
  // A new row's FILE_UPLOAD is written only where there is none.
  const before = again ? await ownStatus(context, prefix, readKey) : undefined;
  const own = { columns, rows: [rows[row - 1] ?? []] };
  const texts = { [PARAMS_FILE]: paramsText(own), [VALUES_FILE]: valuesText(own) };
  const inputs = [...shared, ...(await putTexts(store, prefix, texts, readKey))];
  const manifest = await writeInputManifest(store, prefix, inputs, { readKey });
  if (!manifest) throw new CommandError("usage", (say) => say("sweep.manyFiles"));
  const sbatch = formatSbatchMetadata(sbatchOptions);
  await requestRun(
    store,
    { prefix, submission: submissions[row - 1] ?? "", before },
    runMetadata(context.submitter, { sbatch, manifest }),
  );
}

/**
 * The state of a row that is submitted again.
 *
 * @throws CloudSubmitError `active-job`; `usage` when another's job, an upload or something else is below its prefix
 */
async function ownStatus(
  context: Context,
  prefix: string,
  readKey: string,
): Promise<StatusObject | undefined> {
  const { store } = context;
  const status = await readStatus(store, prefix).catch(untoldIsNone);
  refuseActive(context, prefix, status);
  const manifest = await readPresentManifest(store, prefix).catch(untoldIsNone);
  if ((status || manifest) && manifest?.readKey !== readKey) throw isTaken(prefix);
  if (!status) await refuseOthers(context, prefix, ["dataset", "sweep"]);
  return status;
}

function isTaken(prefix: string): CommandError {
  return new CommandError("usage", (say) => say("sweep.rowTaken", { prefix }));
}

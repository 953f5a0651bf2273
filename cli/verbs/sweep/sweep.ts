import * as z from "zod";
import type { Sweep } from "../../../protocol/sweep.ts";
import type { Context } from "../../context.ts";
import { CommandError, wordsOf } from "../../errors/command-error.ts";
import { waitOn } from "../../jobs/wait-on.ts";
import { refuseNotify, sweepAgain } from "../../sweep/again.ts";
import {
  goOn,
  planSweep,
  type Swept,
  submitArray,
  submitMissing,
  submitPrefixes,
} from "../../sweep/new-sweep.ts";
import { readParameters } from "../../sweep/parameters.ts";
import { rowLines, rowName, valuesOf } from "../../sweep/row-table.ts";
import { sweepTemplate } from "../../sweep/template.ts";
import { printResult } from "../../ui/ui.ts";
import type { FlagsOf } from "../../verb.ts";
import type { VerbWork } from "../../verb-work.ts";
import { sweepVerb } from "./description.ts";

const count = z.int().nonnegative();

/** Output of `sweep --json`. */
export const sweepOutput = z.object({
  name: z.string().describe("of the sweep; of an array also the prefix of its job"),
  kind: z.enum(["array", "prefixes"]),
  total: count.describe("rows of the sweep"),
  submitted: z.array(z.int().positive()).describe("numbers of the rows that were submitted now"),
  files: count.describe("files uploaded; of rows with a prefix each, those they have in common"),
  bytes: count.describe("bytes of these"),
  left: count.describe("rows that failed and were not submitted: repeat the command later"),
  missing: count.describe(
    "rows without a job of which nothing tells how they ended, and that were not submitted: --missing submits them",
  ),
  failed: z
    .array(z.object({ prefix: z.string(), code: z.string(), message: z.string() }))
    .describe("rows that could not be submitted"),
  rows: z
    .array(
      z.object({
        row: z.int().positive(),
        prefix: z.string(),
        values: z.record(z.string(), z.string()),
      }),
    )
    .optional()
    .describe("with --dry-run: nothing was submitted, and these would be"),
});

type SweepFlags = FlagsOf<typeof sweepVerb> & { sbatchOptions?: readonly string[] | undefined };

/**
 * `sweep PATH`: submits a job for each row of parameters, or those again that failed.
 *
 * @throws CloudSubmitError when nothing was submitted, or not all rows; the others are then submitted
 */
export async function sweep(context: Context, path: string, flags: SweepFlags): Promise<void> {
  const { params, set, onlyFailed, dryRun } = flags;
  const { sbatchOptions: _, ...own } = flags;
  const caller = { verb: sweepVerb, flags: own, notify: flags.notify };
  if (flags.missing && !onlyFailed)
    throw new CommandError("usage", (say) =>
      say("problem.onlyWith", { flag: "--missing", other: "--only-failed" }),
    );
  if (onlyFailed) {
    for (const [name, value] of Object.entries({
      params,
      set,
      prefixPerRow: flags.prefixPerRow,
      atOnce: flags.atOnce,
      dryRun,
    }))
      if (value !== undefined)
        throw new CommandError("usage", (say) =>
          say("problem.notBoth", { one: "--only-failed", other: `--${DASHED[name] ?? name}` }),
        );
    return tell(context, await sweepAgain(context, path, flags, caller), true);
  }
  const source = await sweepTemplate(path);
  const plan = planSweep(context, source, readParameters({ params, set }), flags);
  const { name, sweep: planned } = plan;
  if (planned.kind === "prefixes") refuseNotify(flags.notify);
  if (dryRun) return show(context, name, planned);
  const swept =
    planned.kind === "array"
      ? await submitArray(context, path, { name, sweep: planned }, { ...caller, again: false })
      : await submitPrefixes(context, path, { name, sweep: planned });
  tell(context, swept, false);
}

const DASHED: Readonly<Record<string, string>> = {
  prefixPerRow: "prefix-per-row",
  atOnce: "at-once",
  dryRun: "dry-run",
};

function show(context: Context, name: string, planned: Sweep): void {
  const { kind, rows, columns } = planned;
  const whole = {
    name,
    kind,
    total: rows.length,
    submitted: [],
    files: 0,
    bytes: 0,
    left: 0,
    missing: 0,
    failed: [],
    rows: rows.map((_, at) => ({
      row: at + 1,
      prefix: rowName(name, planned, at + 1),
      values: valuesOf(planned, at + 1),
    })),
  };
  printResult(context, whole, () =>
    rowLines(
      [kind === "array" ? "TASK" : "PREFIX"],
      whole.rows.map(({ row, prefix }) => ({
        row,
        cells: [{ text: kind === "array" ? String(row) : prefix }],
      })),
      { columns, rows, width: context.columns },
    ),
  );
}

function tell(context: Context, swept: Swept, again: boolean): void {
  const { say, given } = context;
  const { name, kind, total, submitted, failed, left, missing } = swept;
  const rows = submitted.length - failed.length;
  const said = {
    ...swept,
    failed: failed.map(({ prefix, error: { code, message } }) => ({ prefix, code, message })),
  };
  printResult(context, said, () => {
    if (submitted.length === 0) return [say("sweep.nothing", { name })];
    return [again ? say("sweep.again", { name, rows, total }) : say("sweep.done", { name, rows })];
  });
  for (const { prefix, error } of failed)
    context.error(say("sweep.rowFailed", { prefix, why: wordsOf(say, error) }));
  if (left > 0) context.err(say("sweep.later", { left }));
  if (missing > 0) {
    const command = submitMissing(given, name);
    context.err(say("sweep.missing", { missing, total, command }));
  }
  const [first] = failed;
  if (first) {
    const way = goOn(context, name);
    const words = { count: failed.length, total: submitted.length, command: way.command };
    throw new CommandError(first.error.code, (told) => told("sweep.notAll", words));
  }
  if (kind === "array") context.interrupt.at(waitOn(given, [name]));
}

export const work: VerbWork<typeof sweepVerb> = {
  output: sweepOutput,
  run: async ({ jobs }, { path, sbatchOptions }, flags) =>
    sweep(await jobs(), path, { ...flags, sbatchOptions }),
};

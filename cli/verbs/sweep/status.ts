import * as z from "zod";
import { OUTCOMES } from "../../../protocol/outcome.ts";
import { STATES } from "../../../protocol/state.ts";
import type { Context } from "../../context.ts";
import { sweepNamed } from "../../sweep/again.ts";
import { submitMissing } from "../../sweep/new-sweep.ts";
import { hasFailed, type RowState, rowStates } from "../../sweep/row-states.ts";
import { rowLines, valuesOf } from "../../sweep/row-table.ts";
import type { Part } from "../../ui/line.ts";
import { printResult } from "../../ui/ui.ts";
import type { FlagsOf } from "../../verb.ts";
import type { VerbWork } from "../../verb-work.ts";
import type { sweepStatusVerb } from "./description.ts";

const count = z.int().nonnegative();

/** Output of `sweep status --json`. */
export const sweepStatusOutput = z.object({
  name: z.string(),
  kind: z.enum(["array", "prefixes"]).describe("tasks of one job array, or jobs of their own"),
  total: count.describe("rows of the sweep"),
  completed: count,
  failed: count.describe("rows that --only-failed would submit again"),
  missing: count.describe("rows without a job of which nothing tells how they ended"),
  rows: z
    .array(
      z.object({
        row: z.int().positive().describe("number of the row; of an array, also the task's id"),
        prefix: z.string().describe("of its job"),
        state: z.enum(STATES).nullable().describe("null: not submitted"),
        outcome: z.enum(OUTCOMES).nullable().describe("null: it has not ended, or is not told of"),
        exitCode: z.int().nullable(),
        missing: z.boolean().describe("it has no job, and nothing tells how it ended"),
        values: z.record(z.string(), z.string()).describe("by parameter"),
      }),
    )
    .describe("with --failed: only those that failed or are missing"),
});

/**
 * `sweep status NAME`: where each row is.
 *
 * @throws CloudSubmitError `no-such-job` when there is no such sweep
 */
export async function sweepStatus(
  context: Context,
  name: string,
  flags: FlagsOf<typeof sweepStatusVerb>,
): Promise<void> {
  const { store, say, given } = context;
  const sweep = await sweepNamed(store, name);
  const { kind } = sweep;
  const states = await rowStates(store, name, sweep);
  const isDone = ({ outcome }: RowState) => outcome === "completed";
  const completed = states.filter(isDone).length;
  const failed = states.filter(hasFailed).length;
  const missing = states.filter((state) => state.missing).length;
  const isShown = (state: RowState) => !flags.failed || state.missing || hasFailed(state);
  const shown = states.filter(isShown);
  const total = states.length;
  const result = {
    name,
    kind,
    total,
    completed,
    failed,
    missing,
    rows: shown.map((one) => ({ ...one, values: valuesOf(sweep, one.row) })),
  };
  printResult(context, result, () =>
    rowLines(
      [kind === "array" ? "TASK" : "PREFIX", "STATE", "OUTCOME", "EXIT"],
      shown.map((one) => ({ row: one.row, cells: cellsOf(one, kind) })),
      { ...sweep, width: context.columns },
    ),
  );
  const open = total - completed - failed - missing;
  context.err(say("sweep.counts", { completed, total, failed, open }));
  if (missing === 0) return;
  context.err(say("sweep.missing", { missing, total, command: submitMissing(given, name) }));
}

function cellsOf(state: RowState, kind: "array" | "prefixes"): Part[] {
  const { row, prefix, outcome, exitCode } = state;
  const tone = outcome === null ? undefined : outcome === "completed" ? "good" : "bad";
  return [
    { text: kind === "array" ? String(row) : prefix },
    { text: state.missing ? "missing" : (state.state ?? "-") },
    { text: outcome ?? "", tone },
    { text: exitCode === null ? "" : String(exitCode) },
  ];
}

export const work: VerbWork<typeof sweepStatusVerb> = {
  output: sweepStatusOutput,
  run: async ({ jobs }, { name }, flags) => sweepStatus(await jobs(), name, flags),
};

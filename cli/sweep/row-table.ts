import { rowPrefix, type Sweep } from "../../protocol/sweep.ts";
import type { Line, Part } from "../ui/line.ts";
import { tableLines } from "../ui/table.ts";
import { cut } from "../ui/width.ts";
import type { Parameters } from "./row-files.ts";

/** Columns that a value takes on a terminal at most. */
const VALUE_WIDTH = 24;

/** The prefix of a row's job. */
export function rowName(name: string, { kind, rows }: Sweep, row: number): string {
  return kind === "array" ? name : rowPrefix(name, row, rows.length);
}

/** The values of a row, by parameter. */
export function valuesOf({ columns, rows }: Parameters, row: number): Record<string, string> {
  return Object.fromEntries(columns.map((name, at) => [name, rows[row - 1]?.[at] ?? ""]));
}

/**
 * Lines of a table of rows with their values behind.
 *
 * @param options.width columns of the terminal; undefined: no terminal
 */
export function rowLines(
  head: readonly string[],
  shown: readonly { row: number; cells: readonly Part[] }[],
  { columns, rows, width }: Parameters & { width: number | undefined },
): Line[] {
  const value = (text: string) => (width === undefined ? text : cut(text, VALUE_WIDTH));
  return tableLines(
    [...head, ...columns],
    shown.map(({ row, cells }) => [
      ...cells,
      ...(rows[row - 1] ?? []).map((text) => ({ text: value(text) })),
    ]),
    { columns: width },
  );
}

import type { Cell, TransferResults } from "./cell.ts";
import { courseName } from "./table.ts";

const nameOf = (cell: Cell) => `${courseName(cell)} ${cell.tool}`;

/** Measured cells, and those of before that were not measured again, which keep the name of the run that they are of. */
export function merged(cells: readonly Cell[], before: TransferResults): Cell[] {
  const fresh = new Map(cells.map((cell) => [nameOf(cell), cell]));
  const { date, commit, machine } = before;
  const kept = before.cells.map(
    (cell) => fresh.get(nameOf(cell)) ?? { ...cell, of: cell.of ?? { date, commit, machine } },
  );
  const known = new Set(before.cells.map(nameOf));
  return [...kept, ...cells.filter((cell) => !known.has(nameOf(cell)))];
}

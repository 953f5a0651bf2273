import getWidth from "fast-string-width";
import { type Line, type Part, TAB } from "./line.ts";
import { printable } from "./printable.ts";
import { cut, padTo } from "./width.ts";

export interface TableOptions {
  /** Columns of the terminal; undefined: not a terminal, then fields are divided by one tab, without a head. */
  columns: number | undefined;
  /** So many of the last columns are left out where there is no room for them, or nothing in them. */
  optional?: number;
}

const GAP = "  ";
/** No column is made narrower than this. */
const NARROWEST = 8;

/**
 * Lines of a table, as GitHub's `gh` prints them: aligned with a head for people, tabs without one for
 * programs. What does not fit takes its place from the first column, which holds the longest texts.
 */
export function tableLines(
  head: readonly string[],
  rows: readonly (readonly Part[])[],
  { columns, optional = 0 }: TableOptions,
): Line[] {
  if (columns === undefined)
    return rows.map((row) =>
      row.flatMap((cell, at) => (at === 0 ? [cell.text] : [TAB, cell.text])),
    );
  const all = rows.map((row) => row.map((cell) => ({ ...cell, text: printable(cell.text) })));
  const full = head.map((title, at) =>
    Math.max(getWidth(title), ...all.map((row) => getWidth(row[at]?.text ?? ""))),
  );
  const kept: number[] = [];
  let room = columns;
  for (const [at, width] of full.entries()) {
    room -= width + (at > 0 ? GAP.length : 0);
    const isOptional = at >= head.length - optional;
    if (isOptional && room < 0) break;
    if (isOptional && all.every((row) => !row[at]?.text)) room += width + GAP.length;
    else kept.push(at);
  }
  const widths = kept.map((at) => full[at] ?? 0);
  const shown = all.map((row) => kept.map((at) => row[at] ?? { text: "" }));
  const total = widths.reduce((sum, width) => sum + width, GAP.length * (widths.length - 1));
  const [first = 0] = widths;
  widths[0] = Math.max(Math.min(first, NARROWEST), first - Math.max(0, total - columns));
  const line = (cells: readonly Part[]) => {
    const last = cells.findLastIndex(({ text }) => text !== "");
    return cells.slice(0, last + 1).flatMap(({ text, tone }, at) => {
      const fitting = cut(text, widths[at] ?? 0);
      return [
        { text: at === last ? fitting : padTo(fitting, widths[at] ?? 0), tone },
        at === last ? "" : GAP,
      ];
    });
  };
  return [line(kept.map((at) => ({ text: head[at] ?? "", tone: "dim" }))), ...shown.map(line)];
}

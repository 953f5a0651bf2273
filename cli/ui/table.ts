import getWidth from "fast-string-width";
import type { Style } from "./style.ts";
import { cut, padTo } from "./width.ts";

/** A cell; `tone` emphasises it where there are colours. */
export interface Cell {
  text: string;
  tone?: keyof Style | undefined;
}

export interface TableOptions {
  /** Columns of the terminal; undefined: not a terminal, then fields are divided by one tab, without a head. */
  columns: number | undefined;
  style: Style;
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
  rows: readonly (readonly Cell[])[],
  { columns, style }: TableOptions,
): string[] {
  if (columns === undefined) return rows.map((row) => row.map(({ text }) => text).join("\t"));
  const widths = head.map((title, at) =>
    Math.max(getWidth(title), ...rows.map((row) => getWidth(row[at]?.text ?? ""))),
  );
  const total = widths.reduce((sum, width) => sum + width, GAP.length * (head.length - 1));
  const [first = 0] = widths;
  widths[0] = Math.max(Math.min(first, NARROWEST), first - Math.max(0, total - columns));
  const line = (cells: readonly Cell[]) =>
    cells
      .map(({ text, tone }, at) => {
        const shown = padTo(cut(text, widths[at] ?? 0), widths[at] ?? 0);
        return tone === undefined ? shown : style[tone](shown);
      })
      .join(GAP)
      .trimEnd();
  return [line(head.map((text) => ({ text, tone: "dim" }))), ...rows.map(line)];
}

import { printable } from "../../ui/printable.ts";
import { cutTo, padAfter, padBefore, width } from "./printed.ts";

/** How a field is printed where it is too long, or empty. */
export type FieldKind =
  /** Text: cut, with `+` at its end. */
  | "text"
  /** A number or a duration: never cut. */
  | "number"
  /** A time: cut as it is. */
  | "time";

/** A field of sacct or sacctmgr. Below zero: the width of one that stands on the left. */
export interface PrintField<Row> {
  name: string;
  width: number;
  kind: FieldKind;
  /** Undefined: nothing is known. */
  text: (row: Row) => string | undefined;
}

/** Rows for people, in columns, or for programs, with something between the fields. */
export interface PrintStyle {
  hasHeader: boolean;
  /** undefined: columns. */
  delimiter?: string;
  /** The delimiter stands at the end of a line, too. */
  endsWithDelimiter?: boolean;
}

/** The lines of a table, as sacct and sacctmgr print them. Source: src/common/print_fields.c, Slurm 24.05. */
export function printFields<Row>(
  fields: readonly PrintField<Row>[],
  rows: readonly Row[],
  style: PrintStyle,
): string {
  const { delimiter, endsWithDelimiter = false } = style;
  const line = (cells: readonly string[]) =>
    delimiter === undefined
      ? `${cells.map((cell) => `${cell} `).join("")}\n`
      : `${cells.join(delimiter)}${endsWithDelimiter ? delimiter : ""}\n`;
  const lines: string[] = [];
  if (style.hasHeader) {
    lines.push(
      line(fields.map((field) => (delimiter === undefined ? headerCell(field) : field.name))),
    );
    if (delimiter === undefined)
      lines.push(line(fields.map((field) => "-".repeat(Math.abs(field.width)))));
  }
  for (const row of rows) {
    lines.push(
      line(
        fields.map((field) => {
          const text = field.text(row);
          const safe = text === undefined ? undefined : printable(text);
          return delimiter === undefined ? cell(field, safe) : (safe ?? "");
        }),
      ),
    );
  }
  return lines.join("");
}

function headerCell({ name, width: wide }: PrintField<never>): string {
  return placed(cutTo(name, Math.abs(wide)), wide);
}

function cell(
  { width: wide, kind }: Pick<PrintField<never>, "width" | "kind">,
  text: string | undefined,
): string {
  const most = Math.abs(wide);
  // Slurm prints one blank in place of a number that it does not have, whatever the width.
  if (text === undefined) return placed(kind === "number" || most > 0 ? " " : "", wide);
  if (kind === "number") return placed(text, wide);
  if (width(text) <= most) return placed(text, wide);
  return placed(
    kind === "text" && most > 0 ? `${cutTo(text, most - 1)}+` : cutTo(text, most),
    wide,
  );
}

function placed(text: string, wide: number): string {
  return wide < 0 ? padAfter(text, -wide) : padBefore(text, wide);
}

import { printable } from "../../ui/printable.ts";
import { cutTo, padAfter, padBefore, width } from "./printed.ts";

/** A cell: its text, or nothing known, which Slurm prints as `(null)`. */
export type Cell = string | null;

/** A field that squeue or sinfo can show of a row. */
export interface ColumnField<Row> {
  /** Of `--Format`. */
  name: string;
  /** Of `--format`; absent: it has none. */
  letter?: string;
  header: string;
  /** Text beyond the width is not cut, and neither is the header. */
  isWhole?: boolean;
  /** It is the header alone that is not cut. */
  hasWholeHeader?: boolean;
  /** `columnWidth`: as it was asked for, which the text may depend on. */
  cell: (row: Row, columnWidth: number) => Cell;
}

/** One column of a format: a field and how it stands there, or text that stands there always. */
export interface Column<Row> {
  field?: ColumnField<Row>;
  width: number;
  isRight: boolean;
  /** Text after it. */
  suffix: string;
  /** It has no field: the text of an unknown one is its own header, too. */
  prefix?: string;
}

/** A format that was read; complaints about fields that there are not. */
export interface Format<Row> {
  columns: readonly Column<Row>[];
  unknown: readonly string[];
}

/**
 * Reads a format such as `%.18i %t|`: after `%`, a point for right-justified, a width, a letter, and text up to the next `%`.
 * Source: `parse_format` in src/squeue/opts.c, which sinfo has, too.
 */
export function readFormat<Row>(format: string, fields: readonly ColumnField<Row>[]): Format<Row> {
  const isAll = format.toLowerCase() === "%all";
  const text = isAll ? allLetters() : format;
  const columns: Column<Row>[] = [];
  const unknown: string[] = [];
  const begin = text.indexOf("%");
  if (begin !== 0) columns.push(fixed(begin < 0 ? text : text.slice(0, begin)));
  const tokens = (begin < 0 ? "" : text.slice(begin)).split("%").filter((token) => token !== "");
  for (const token of tokens) {
    const [, point, digits = "", rest = ""] = /^(\.?)(\d*)(.*)$/s.exec(token) ?? [];
    const letter = /^./su.exec(rest)?.[0] ?? "";
    const field = fields.find((one) => one.letter !== undefined && one.letter === letter);
    const how = { width: Math.min(Number(digits), 65_535), isRight: point === "." };
    if (field) columns.push({ field, ...how, suffix: rest.slice(letter.length) });
    else if (!isAll) {
      columns.push(fixed(`%${token}`));
      unknown.push(letter);
    }
  }
  return { columns, unknown };
}

/** `%a|%b|…|%z|%A|…|%Z`: what `%all` stands for. */
function allLetters(): string {
  const letters = "abcdefghijklmnopqrstuvwxyz";
  return `${letters}${letters.toUpperCase()}`
    .split("")
    .map((letter) => `%${letter}`)
    .join("|");
}

function fixed<Row>(prefix: string): Column<Row> {
  return { width: 0, isRight: false, suffix: "", prefix };
}

/**
 * Reads a format such as `jobid:10,name:.8 |`: names in any case, then a width, 20 without one, and text after it.
 * Source: `parse_long_format` in src/squeue/opts.c.
 */
export function readLongFormat<Row>(
  format: string,
  fields: readonly ColumnField<Row>[],
): Format<Row> {
  const columns: Column<Row>[] = [];
  const unknown: string[] = [];
  for (const token of format.split(",").filter((one) => one !== "")) {
    const colon = token.indexOf(":");
    const name = colon < 0 ? token : token.slice(0, colon);
    const [, point, digits = "", suffix = ""] =
      /^(\.?)\s*(\d*)(.*)$/s.exec(colon < 0 ? "20" : token.slice(colon + 1)) ?? [];
    const field = fields.find((one) => one.name.toLowerCase() === name.toLowerCase());
    if (field)
      columns.push({
        field,
        width: Math.min(Number(digits), 65_535),
        isRight: point === ".",
        suffix,
      });
    else {
      columns.push(fixed(suffix));
      unknown.push(name);
    }
  }
  return { columns, unknown };
}

/** The line of headers. */
export function headerLine<Row>(columns: readonly Column<Row>[]): string {
  return columns
    .map((column) => {
      if (!column.field) return column.prefix ?? "";
      const { header, isWhole, hasWholeHeader } = column.field;
      return placed(header, column, !isWhole && !hasWholeHeader) + column.suffix;
    })
    .join("");
}

/** The line of a row. */
export function rowLine<Row>(columns: readonly Column<Row>[], row: Row): string {
  return columns
    .map((column) => {
      if (!column.field) return column.prefix ?? "";
      const cell = column.field.cell(row, column.width);
      return (
        placed(cell === null ? null : printable(cell), column, !column.field.isWhole) +
        column.suffix
      );
    })
    .join("");
}

/** A cell in its width: as C's `printf` places it, and cut. Source: `_print_str` in src/squeue/print.c. */
function placed(
  cell: Cell,
  column: Pick<Column<unknown>, "width" | "isRight">,
  isCut: boolean,
): string {
  const { width: most, isRight } = column;
  // Without room for "(null)", `%.Ns` of glibc prints nothing in its place.
  const text = cell ?? (!isRight && most > 0 && most < width("(null)") ? "" : "(null)");
  if (most === 0) return text;
  if (isRight) return isCut ? cutTo(padBefore(text, most), most) : padBefore(text, most);
  return padAfter(cutTo(text, most), most);
}

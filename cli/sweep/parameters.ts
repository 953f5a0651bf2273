import { readSmallFile } from "../../bucket/disk/read-small-file.ts";
import { FileError } from "../../protocol/file-error.ts";
import {
  isParameterName,
  isParameterValue,
  SWEEP_COLUMNS_MAX,
  SWEEP_ROWS_MAX,
  SWEEP_VALUE_MAX_BYTES,
} from "../../protocol/sweep.ts";
import { decodeText } from "../../transfer/names/decode-text.ts";
import { aboutFile, CommandError } from "../errors/command-error.ts";
import { parseTable, type TableRow } from "./csv.ts";
import type { Parameters } from "./row-files.ts";
import { setValues } from "./set-values.ts";

/** Bytes of a table of parameters at most. */
const TABLE_MAX_BYTES = 16 << 20;

/**
 * The parameters of each row: each row of the file with each combination of the sets; the last set changes fastest.
 *
 * @param given.params file with a header: separated by tabs when its name ends in .tsv, else by commas
 * @param given.set each `NAME=VALUE,VALUE…`
 * @throws CloudSubmitError `usage` that says what to correct, with the line
 */
export function readParameters(given: {
  params?: string | undefined;
  set?: readonly string[] | undefined;
}): Parameters {
  const { params, set = [] } = given;
  if (params === undefined && set.length === 0)
    throw new CommandError("usage", (say) => say("sweep.noParameters"));
  let table = params === undefined ? { columns: [], rows: [[]] } : readTable(params);
  for (const one of set) table = times(table, one);
  checkNames(table.columns);
  checkCount(table.rows.length);
  for (const [at, values] of table.rows.entries())
    for (const [column, value] of values.entries())
      if (!isParameterValue(value))
        throw new CommandError("usage", (say) =>
          say("sweep.badValue", {
            row: at + 1,
            name: table.columns[column] ?? "",
            max: SWEEP_VALUE_MAX_BYTES,
          }),
        );
  return table;
}

function readTable(path: string): Parameters {
  let text: string;
  try {
    text = decodeText(path, readSmallFile(path, TABLE_MAX_BYTES));
  } catch (error) {
    if (error instanceof FileError) throw aboutFile("usage", error);
    throw new CommandError("usage", (say) => say("sweep.noTable", { path }), { cause: error });
  }
  const parsed = parseTable(text, /\.tsv$/i.test(path) ? "\t" : ",");
  if (!Array.isArray(parsed)) {
    const { line, problem } = parsed;
    throw new CommandError("usage", (say) =>
      say("sweep.badTable", { path, line, why: say(`sweep.table.${problem}`) }),
    );
  }
  const [head, ...rows] = parsed;
  if (!head || rows.length === 0)
    throw new CommandError("usage", (say) => say("sweep.emptyTable", { path }));
  const other = rows.find(({ fields }) => fields.length !== head.fields.length);
  if (other)
    throw new CommandError("usage", (say) =>
      say("sweep.badTable", {
        path,
        line: other.line,
        why: say("sweep.table.fields", {
          count: other.fields.length,
          wanted: head.fields.length,
        }),
      }),
    );
  checkCount(rows.length);
  return { columns: texts(head).map((name) => name.trim()), rows: rows.map(texts) };
}

const texts = ({ fields }: TableRow) => fields.map(({ text }) => text);

/** Each row with each value of a set. */
function times({ columns, rows }: Parameters, set: string): Parameters {
  const equals = set.indexOf("=");
  const bad = () => new CommandError("usage", (say) => say("sweep.badSet", { set: shown(set) }));
  if (equals < 1) throw bad();
  const list = parseTable(set.slice(equals + 1), ",");
  if (!Array.isArray(list) || list.length > 1) throw bad();
  // An empty text is one empty value.
  const fields = list[0]?.fields ?? [{ text: "", quoted: true }];
  const values = fields.flatMap((field) => {
    const some = setValues(field, SWEEP_ROWS_MAX);
    if (Array.isArray(some)) return some;
    if (some.problem === "many") throw tooMany(some.count);
    throw new CommandError("usage", (say) =>
      say("sweep.badRange", { name: set.slice(0, equals), range: cut(field.text) }),
    );
  });
  checkCount(rows.length * values.length);
  return {
    columns: [...columns, set.slice(0, equals)],
    rows: rows.flatMap((row) => values.map((value) => [...row, value])),
  };
}

function checkNames(columns: readonly string[]): void {
  const bad = columns.find((name) => !isParameterName(name));
  if (bad !== undefined)
    throw new CommandError("usage", (say) => say("sweep.badName", { name: shown(bad) }));
  const twice = columns.find((name, at) => columns.indexOf(name) !== at);
  if (twice !== undefined)
    throw new CommandError("usage", (say) => say("sweep.twice", { name: twice }));
  if (columns.length > SWEEP_COLUMNS_MAX)
    throw new CommandError("usage", (say) => say("sweep.manyNames", { max: SWEEP_COLUMNS_MAX }));
}

function checkCount(count: number): void {
  if (count > SWEEP_ROWS_MAX) throw tooMany(count);
}

function tooMany(count: number | bigint): CommandError {
  return new CommandError("usage", (say) =>
    say("sweep.manyRows", { count: String(count), max: SWEEP_ROWS_MAX }),
  );
}

function shown(text: string): string {
  return JSON.stringify(cut(text));
}

function cut(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

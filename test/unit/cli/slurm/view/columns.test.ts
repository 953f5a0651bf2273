import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import {
  type ColumnField,
  headerLine,
  readFormat,
  readLongFormat,
  rowLine,
} from "../../../../../cli/slurm/view/columns.ts";

interface Row {
  id: string | null;
  name: string;
}

const FIELDS: readonly ColumnField<Row>[] = [
  { name: "JobId", letter: "i", header: "JOBID", cell: ({ id }) => id },
  { name: "Name", letter: "j", header: "NAME", cell: ({ name }) => name },
  { name: "NodeList", letter: "N", header: "NODELIST", isWhole: true, cell: ({ name }) => name },
];
const ROW: Row = { id: "12", name: "training" };

/** A cell as `_print_str` of src/squeue/print.c prints it, in its own steps, for text of one byte a character. */
function printStr(str: string | null, width: number, right: boolean, cut: boolean): string {
  const s = str ?? "(null)";
  let printed: string;
  if (right && width > 0) printed = s.padStart(width);
  else if (width > 0) printed = str === null && width < 6 ? "" : s.slice(0, width);
  else printed = s;
  if (width > 0 && cut) printed = printed.slice(0, width);
  while (printed.length < width) printed += " ";
  return printed;
}

test("a column is as wide as squeue makes it", () => {
  fc.assert(
    fc.property(
      fc.record({
        id: fc.oneof(fc.constant(null), fc.stringMatching(/^[ -~]{0,12}$/)),
        width: fc.nat(20),
        isRight: fc.boolean(),
        suffix: fc.stringMatching(/^[ |:;A-Z,.-]{0,4}$/),
        letter: fc.constantFrom("i", "j", "N"),
      }),
      ({ id, width, isRight, suffix, letter }) => {
        const row = { id, name: id ?? "" };
        const { columns } = readFormat(
          `%${isRight ? "." : ""}${width > 0 ? width : ""}${letter}${suffix}`,
          FIELDS,
        );
        const text = letter === "i" ? id : (id ?? "");
        expect(rowLine(columns, row)).toBe(
          `${printStr(text, width, isRight, letter !== "N")}${suffix}`,
        );
        const header = FIELDS.find((one) => one.letter === letter)?.header ?? "";
        expect(headerLine(columns)).toBe(
          `${printStr(header, width, isRight, letter !== "N")}${suffix}`,
        );
      },
    ),
  );
});

test("the same for a long format", () => {
  fc.assert(
    fc.property(
      fc.record({
        name: fc.stringMatching(/^[ -~]{0,12}$/),
        width: fc.nat(20),
        isRight: fc.boolean(),
        suffix: fc.stringMatching(/^(?:[ |:;A-Z.-][ |:;A-Z0-9.-]{0,4})?$/),
      }),
      ({ name, width, isRight, suffix }) => {
        const { columns } = readLongFormat(
          `name:${isRight ? "." : ""}${width}${suffix},JOBID`,
          FIELDS,
        );
        expect(rowLine(columns, { id: "12", name })).toBe(
          `${printStr(name, width, isRight, true)}${suffix}${"12".padEnd(20)}`,
        );
      },
    ),
  );
});

test("no format and no name breaks a line that the format does not break", () => {
  fc.assert(
    fc.property(
      fc.record({ format: fc.string({ unit: "binary" }), name: fc.string({ unit: "binary" }) }),
      ({ format, name }) => {
        const one = format.replace(/[\p{Cc}\u2028\u2029]/gu, "");
        for (const { columns } of [readFormat(one, FIELDS), readLongFormat(one, FIELDS)])
          expect(rowLine(columns, { id: name, name })).not.toMatch(/[\p{Cc}\u2028]/u);
      },
    ),
  );
});

test.each([
  ["%i", "JOBID", "12"],
  ["%.8i|%-j", "   JOBID|%-j", "      12|%-j"],
  ["id=%i;%j.", "id=JOBID;NAME.", "id=12;training."],
  ["plain", "plain", "plain"],
  ["%4j%2j", "NAMENA", "traitr"],
  ["%.4j", "NAME", "trai"],
  ["%.4N", "NODELIST", "training"],
  ["%4N", "NODE", "trai"],
])("%s", (format, header, line) => {
  const { columns } = readFormat(format, FIELDS);
  expect([headerLine(columns), rowLine(columns, ROW)]).toEqual([header, line]);
});

test("%all: every letter that there is, with | between them", () => {
  const { columns, unknown } = readFormat("%all", FIELDS);
  expect([rowLine(columns, ROW), unknown]).toEqual(["12|training|training|", []]);
});

test("fields that there are not", () => {
  expect(readFormat("%i%?x", FIELDS).unknown).toEqual(["?"]);
  expect(readLongFormat("jobid,foo:8", FIELDS).unknown).toEqual(["foo"]);
});

test("widths count bytes, and no character is cut in two", () => {
  const { columns } = readFormat("%5j|%.6j|", FIELDS);
  expect(rowLine(columns, { id: "1", name: "äöü" })).toBe("äö |äöü|");
});

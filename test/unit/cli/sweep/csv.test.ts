import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { formatCsv, parseTable } from "../../../../cli/sweep/csv.ts";

const texts = (text: string, separator = ",") => {
  const rows = parseTable(text, separator);
  return Array.isArray(rows) ? rows.map(({ fields }) => fields.map((one) => one.text)) : rows;
};

describe("parseTable", () => {
  test.each([
    [
      "a,b\n1,2\n",
      [
        ["a", "b"],
        ["1", "2"],
      ],
    ],
    [
      "\uFEFFa,b\r\n1,2",
      [
        ["a", "b"],
        ["1", "2"],
      ],
    ],
    ['a\n"x,""y""\n z"\n', [["a"], ['x,"y"\n z']]],
    ["a\n\n\r\n1\n\n", [["a"], ["1"]]],
    ['a\n""\n', [["a"], [""]]],
    [
      "a,b\n,\n",
      [
        ["a", "b"],
        ["", ""],
      ],
    ],
    ["", []],
  ])("%j", (text, rows) => {
    expect(texts(text)).toEqual(rows);
  });

  test("tabs, in which commas are nothing special", () => {
    expect(texts("a\tb\n1,2\t3\n", "\t")).toEqual([
      ["a", "b"],
      ["1,2", "3"],
    ]);
  });

  test.each([
    ['a\nb\n"c\nd', { line: 3, problem: "unclosed" }],
    ['a\n"b\n"c', { line: 3, problem: "quote" }],
    ['a\nb"c', { line: 2, problem: "quote" }],
    ["a\rb", { line: 1, problem: "return" }],
    ['"a\n\n"\nb\rc', { line: 4, problem: "return" }],
  ])("%j is refused with its line", (text, problem) => {
    expect(texts(text)).toEqual(problem);
  });

  test("reads what formatCsv wrote, whatever is in it", () => {
    const value = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.string({ unit: fc.constantFrom('"', ",", "\n", "\r", " ", "a", "\uFEFF", "'") }),
    );
    const table = fc
      .integer({ min: 1, max: 4 })
      .chain((width) =>
        fc.array(fc.array(value, { minLength: width, maxLength: width }), { minLength: 1 }),
      );
    fc.assert(
      fc.property(table, (rows) => {
        expect(texts(formatCsv(rows))).toEqual(rows);
        expect(texts(formatCsv(rows).replaceAll(/(?<!\r)\n$/g, "\r\n"))).toEqual(rows);
      }),
    );
  });

  test("any text is read or refused", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('"', ",", "\n", "\r", "a", "\uFEFF") }),
        (text) => {
          const rows = parseTable(text, ",");
          if (Array.isArray(rows)) for (const { fields } of rows) expect(fields).not.toEqual([]);
          else expect(rows.line).toBeGreaterThan(0);
        },
      ),
    );
  });
});

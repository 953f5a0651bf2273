import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { readParameters } from "../../../../cli/sweep/parameters.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

function file(text: string | Uint8Array, name = "rows.csv"): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, text);
  return path;
}

describe("readParameters", () => {
  test("makes every combination of sets, the last one fastest", () => {
    expect(readParameters({ set: ["a=1..2", 'b=x,"y,z"', "c="] })).toEqual({
      columns: ["a", "b", "c"],
      rows: [
        ["1", "x", ""],
        ["1", "y,z", ""],
        ["2", "x", ""],
        ["2", "y,z", ""],
      ],
    });
  });

  test("reads a table, of Windows too, with sets behind", () => {
    const params = file("\uFEFFa, b\r\n1,-n\r\n\r\n");
    expect(readParameters({ params, set: ["c=3,4"] })).toEqual({
      columns: ["a", "b", "c"],
      rows: [
        ["1", "-n", "3"],
        ["1", "-n", "4"],
      ],
    });
    expect(readParameters({ params: file("a\tb\n1,2\t3\n", "rows.TSV") }).rows).toEqual([
      ["1,2", "3"],
    ]);
  });

  test.each([
    ["a,b\n1\n", /line 2: 1 field, but the first line has 2/],
    ['a\n1\n"2\n', /line 3: the field in quotes does not end/],
    ["a,a\n1,2\n", /the parameter a is there twice/],
    ["a,PATH\n1,2\n", /"PATH" cannot name a parameter/],
    ["a b\n1\n", /"a b" cannot name/],
    ["a\n", /a line for each row/],
    ["", /a line for each row/],
    [`a\n${"x".repeat(32769)}\n`, /row 1, a: a value is text of 32768 bytes/],
    ["a\n1\n\0\n", /row 2, a/],
    [`a\n${"1\n".repeat(10_001)}`, /10001 rows: a sweep has 10000 at most/],
    [Buffer.from("ff", "hex"), /UTF-8/],
    [Buffer.from("fffe6100", "hex"), /UTF-16/],
  ])("refuses %#: %j", (text, message) => {
    expect(() => readParameters({ params: file(text) })).toThrow(message);
  });

  test("says the limit of rows of a range, and that what looks like one can be text", () => {
    const read = (set: string) => () => readParameters({ set: [set] });
    expect(read("a=1..10001")).toThrow("10001 rows: a sweep has 10000 at most; divide it");
    expect(read("a=x,0..1..1e-9")).toThrow(
      /^--set a=0..1..1e-9: no range: .* --set 'a="0..1..1e-9"'$/,
    );
    expect(read("a=1..5..0")).toThrow(/no range/);
    expect(read('a="0..1..1e-9"')()).toEqual({ columns: ["a"], rows: [["0..1..1e-9"]] });
  });

  test.each(["a", "=1", 'a="1', "a=1\n2"])("refuses --set %j", (set) => {
    expect(() => readParameters({ set: [set] })).toThrow(/--set ".*: give NAME=VALUE/);
  });

  test("more combinations than there may be are refused before they are made", () => {
    const set = ["a", "b", "c", "d"].map((name) => `${name}=1..10000`);
    expect(() => readParameters({ set })).toThrow(/100000000 rows/);
  });

  test("without any, and with a table that is not there, it says what to give", () => {
    expect(() => readParameters({})).toThrow(/--params .* or --set/);
    expect(() => readParameters({ params: "/no/such.csv" })).toThrow(/no such table/);
    expect(() => readParameters({ params: temporaryFolder() })).toThrow(/file|table/);
  });
});

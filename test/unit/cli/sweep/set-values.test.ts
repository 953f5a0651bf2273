import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { setValues } from "../../../../cli/sweep/set-values.ts";

const values = (text: string, quoted = false) => setValues({ text, quoted }, 1000);

test.each([
  ["1..4", ["1", "2", "3", "4"]],
  ["3..1", ["3", "2", "1"]],
  ["0..10..5", ["0", "5", "10"]],
  ["0..1..0.25", ["0.00", "0.25", "0.50", "0.75", "1.00"]],
  ["-1..1", ["-1", "0", "1"]],
  ["10..-10..-10", ["10", "0", "-10"]],
  ["08..10", ["08", "09", "10"]],
  ["-01..01", ["-01", "000", "001"]],
  ["5..5", ["5"]],
  ["1..", ["1.."]],
  ["a..b", ["a..b"]],
  ["..", [".."]],
  ["../1..2", ["../1..2"]],
  ["v1..2", ["v1..2"]],
  ["1.5", ["1.5"]],
  ["1..x", ["1..x"]],
])("%s", (text, all) => {
  expect(values(text)).toEqual(all);
});

test("in quotes it is the text itself", () => {
  expect(values("1..4", true)).toEqual(["1..4"]);
});

test.each([
  ["1..1001", 1001n],
  ["0..999999999999..0.000000001", 999_999_999_999_000_000_001n],
])("%s has too many values, and none is made", (text, count) => {
  expect(values(text)).toEqual({ problem: "many", count });
});

test.each([
  "1..4..0",
  "1..4..-1",
  "4..1..1",
  "0..1..1e-9",
  "1e3..2e3",
  "1..10x",
  "1..10..",
  "1...5",
  " 1..4",
  "1..4 ",
  "1 .. 4",
  "+1..4",
  ".5..1",
  "1..4..5..6",
  "0..1..x",
  "0..1234567890123",
])("%j looks like a range and is none: only in quotes it is text", (text) => {
  expect(values(text)).toEqual({ problem: "range" });
  expect(values(text, true)).toEqual([text]);
});

test("every range begins at its beginning, and never passes its end", () => {
  const number = fc.integer({ min: -500, max: 500 });
  fc.assert(
    fc.property(number, number, fc.integer({ min: 1, max: 50 }), (from, to, by) => {
      const step = from <= to ? by : -by;
      const all = (values(`${from}..${to}..${step}`) as string[]).map(Number);
      expect(all[0]).toBe(from);
      expect(Math.abs(to - all.at(-1)!)).toBeLessThan(by);
      for (const [at, one] of all.entries()) expect(one).toBe(from + at * step);
    }),
  );
});

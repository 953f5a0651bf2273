import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { fill } from "../../../protocol/fill.ts";

test.each([
  ["{n} {n#file#files}", { n: 1 }, "1 file"],
  ["{n} {n#file#files}", { n: 2 }, "2 files"],
  ['see {"path"}', { path: 'a "b"\n' }, 'see "a \\"b\\"\\n"'],
  ['{a} {"a"} {b}', {}, '? "?" ?'],
  ["{constructor} {toString}", {}, "? ?"],
  ["no place", { a: "x" }, "no place"],
])("%s with %j", (text, values, filled) => {
  expect(fill(text, values)).toBe(filled);
});

test("a value is never read as a text: what it holds stays as it is", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.string(), (a, b) => {
      expect(fill('{a}|{"b"}', { a, b })).toBe(`${a}|${JSON.stringify(b)}`);
    }),
  );
  expect(fill("{a}{b}", { a: "{b}", b: "$&" })).toBe("{b}$&");
});

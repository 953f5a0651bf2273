import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { sortInPieces } from "../../../../transfer/names/sort-in-pieces.ts";

test("sorts as an array does, equal ones in their order, whatever the pieces", () => {
  const numbers = fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 200 });
  fc.assert(
    fc.property(numbers, fc.integer({ min: 1, max: 64 }), (some, piece) => {
      // The tens alone are compared: the order of equal ones can be seen.
      const byTens = (a: number, b: number) => Math.floor(a / 10) - Math.floor(b / 10);
      const sorted = Uint32Array.from(some);
      sortInPieces(sorted, byTens, piece);
      expect([...sorted]).toEqual(some.toSorted(byTens));
    }),
  );
});

test("more than V8 sorts at a time", () => {
  const many = Uint32Array.from({ length: 100_000 }, (_, at) => (at * 2_654_435_761) >>> 0);
  const expected = many.toSorted();
  sortInPieces(many, (a, b) => a - b);
  expect(many).toEqual(expected);
});

import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { formatTaskIds, parseTaskIds } from "../../../protocol/task-ids.ts";

test.each([
  ["7", [7]],
  ["1-4", [1, 2, 3, 4]],
  ["1,3,5-7%2", [1, 3, 5, 6, 7]],
  ["0-10:5", [0, 5, 10]],
])("the list %s names %j", (list, ids) => {
  expect([...(parseTaskIds(list) ?? [])]).toEqual(ids);
});

test.each(["", "x", "1-", "...", "1-3,...", "1;2", "0-9:0", "0-99999999", "1 2"])(
  "%j is no list of task ids",
  (list) => {
    expect(parseTaskIds(list)).toBeUndefined();
  },
);

test("ranges name the same ids again", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat({ max: 3000 }), { minLength: 1 }), (ids) => {
      const list = formatTaskIds(ids);
      expect([...(parseTaskIds(list) ?? [])]).toEqual(ids.toSorted((a, b) => a - b));
    }),
  );
});

test("neighbours are one range", () => {
  expect(formatTaskIds([19, 13, 17, 18])).toBe("13,17-19");
  expect(formatTaskIds([])).toBe("");
});

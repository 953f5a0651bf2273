import { expect, test } from "@jest/globals";
import { percentile, spread } from "../../../bench/statistics.ts";

test.each([
  [[3, 1, 2], 50, 2],
  [[1, 2, 3, 4], 50, 2.5],
  [[10, 20], 95, 19.5],
  [[7], 99, 7],
  [[5, 1, 9], 0, 1],
  [[5, 1, 9], 100, 9],
])("the percentile of %j at %d is %d", (values, percent, found) => {
  expect(percentile(values, percent)).toBeCloseTo(found);
});

test("a spread is the median and what it lies between", () => {
  expect(spread([3, 10, 1])).toEqual({ median: 3, min: 1, max: 10, runs: 3 });
});

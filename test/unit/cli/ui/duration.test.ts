import { expect, test } from "@jest/globals";
import { formatDuration } from "../../../../cli/ui/duration.ts";

test.each([
  [400, "0s"],
  [45_000, "45s"],
  [200_000, "3m20s"],
  [18_180_000, "5h03m"],
  [187_200_000, "2d04h"],
  [-5, "0s"],
])("%d ms is %s", (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

import { expect, test } from "@jest/globals";
import { apart, speedUps } from "../../../../bench/transfer/lanes.ts";
import { transferCell } from "../../../support/transfer-cell.ts";

test.each([
  [1, undefined],
  [2, { client: "0", endpoint: "1" }],
  [4, { client: "0-1", endpoint: "2-3" }],
  [5, { client: "0-2", endpoint: "3-4" }],
  [64, undefined],
])("of %d cores, client and endpoint have their own where they are few", (cores, sets) => {
  expect(apart(cores)).toEqual(sets);
});

test("speed is told beside that without lanes", () => {
  const cells = [transferCell("0 lanes", 2), transferCell("2 lanes", 1.25)];
  expect(speedUps(cells)).toEqual([
    "upload of 2,000 × 4 KiB, HTTP, 0 ms",
    "2.00 s (1.00 ×)",
    "1.25 s (1.60 ×)",
  ]);
});

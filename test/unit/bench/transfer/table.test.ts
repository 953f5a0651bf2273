import { expect, test } from "@jest/globals";
import { BARE, BARE_NODE } from "../../../../bench/transfer/cell.ts";
import { transferTable } from "../../../../bench/transfer/table.ts";
import { transferCell } from "../../../support/transfer-cell.ts";

const FEW = { wallSeconds: { median: 6.2, min: 6, max: 7, runs: 1 } };

/** The last cells of the row of cloud-submit. */
const row = (...cells: Parameters<typeof transferTable>[0]) =>
  transferTable(cells).split("\n").at(2)?.split(" | ").slice(-4);

test("a slow quick run is not called reached for its goals of time", () => {
  expect(row(transferCell("cloud-submit", 6.2, FEW), transferCell("s5cmd", 1))).toEqual([
    "6.20",
    "",
    "",
    "wall ÷ s5cmd not judged: the goal is for 5 runs; there were 1; reached: peak memory, MB |",
  ]);
});

test("what is judged is reached or missed, and the bare programs are beside it", () => {
  const others = [transferCell("s5cmd", 1), transferCell(BARE, 0.5), transferCell(BARE_NODE, 0.8)];
  expect(row(transferCell("cloud-submit", 0.8), ...others)).toEqual([
    "0.80",
    "1.60",
    "1.00",
    "reached |",
  ]);
  expect(row(transferCell("cloud-submit", 1), ...others)).toEqual([
    "1.00",
    "2.00",
    "1.25",
    "**missed**: wall ÷ s5cmd 1.00, goal ≤ 0.9; reached: peak memory, MB |",
  ]);
});

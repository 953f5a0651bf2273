import { expect, test } from "@jest/globals";
import type { TransferResults } from "../../../../bench/transfer/cell.ts";
import { verdicts } from "../../../../bench/transfer/goals.ts";
import { merged } from "../../../../bench/transfer/merged.ts";
import { transferCell as cell } from "../../../support/transfer-cell.ts";

const run = (day: number) => ({ date: `2026-11-0${day}`, commit: `abc${day}`, machine: "vm" });
const first: TransferResults = {
  ...run(1),
  tools: [],
  cells: [cell("cloud-submit", 2), cell("s5cmd", 2)],
};

test("what was not measured again keeps the run that it is of, however often others are", () => {
  const second = { ...first, ...run(2), cells: merged([cell("cloud-submit", 1)], first) };
  const third = merged([cell("rclone", 3)], second);
  expect(third.map(({ tool, of, wallSeconds }) => [tool, of, wallSeconds.median])).toEqual([
    ["cloud-submit", run(2), 1],
    ["s5cmd", run(1), 2],
    ["rclone", undefined, 3],
  ]);
});

test("times of different runs are not judged by one another", () => {
  const of = (cells: TransferResults["cells"]) => {
    const [own, peer] = cells;
    return own && verdicts(own, peer)[0];
  };
  const judged = { reached: true, found: "0.50" };
  expect(of([cell("cloud-submit", 1), cell("s5cmd", 2)])).toMatchObject(judged);
  expect(of(merged([cell("cloud-submit", 1)], first))).toMatchObject({
    reached: false,
    notJudged: "s5cmd ran at another time",
  });
  const both = [cell("cloud-submit", 1), cell("s5cmd", 2)];
  expect(of(merged([cell("rclone", 1)], { ...first, cells: both }))).toMatchObject(judged);
});

import { expect, test } from "@jest/globals";
import { transferVerdicts } from "../../../../bench/report/transfer-verdicts.ts";
import { BARE } from "../../../../bench/transfer/cell.ts";
import { transferCell } from "../../../support/transfer-cell.ts";

const verdictsOf = (...cells: Parameters<typeof transferVerdicts>[0]) =>
  transferVerdicts(cells).split("\n").slice(2);

test("a row tells the ratios to s5cmd and to the bare program", () => {
  const cells = [
    transferCell("cloud-submit", 0.8),
    transferCell("s5cmd", 1),
    transferCell(BARE, 0.5),
  ];
  expect(verdictsOf(...cells)).toEqual([
    "| upload of 2,000 × 4 KiB | 0.80 (1.60 × bare) | ≤ 0.9 | reached |",
  ]);
});

test("cases that are missed and cases that are not judged are told, none as reached", () => {
  const slow = { latencyMs: 30 };
  const few = { transport: "https", wallSeconds: { median: 9, min: 9, max: 9, runs: 3 } } as const;
  const cells = [
    transferCell("cloud-submit", 0.8),
    transferCell("s5cmd", 1),
    transferCell("cloud-submit", 1, slow),
    transferCell("s5cmd", 1, slow),
    transferCell("cloud-submit", 9, few),
    transferCell("s5cmd", 1, few),
  ];
  expect(verdictsOf(...cells)).toEqual([
    "| upload of 2,000 × 4 KiB | 0.80 | 1.00 | 1.00 | ≤ 0.9 | **missed**: wall ÷ s5cmd, in 1 of 3 cases; wall ÷ s5cmd not judged: the goal is for 5 runs; there were 3 |",
  ]);
});

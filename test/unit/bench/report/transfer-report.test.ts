import { expect, test } from "@jest/globals";
import { transferBlocks } from "../../../../bench/report/transfer-report.ts";
import { merged } from "../../../../bench/transfer/merged.ts";
import { transferCell as cell } from "../../../support/transfer-cell.ts";

const before = {
  date: "2026-11-01",
  commit: "abc1",
  machine: "vm",
  tools: [],
  cells: [cell("cloud-submit", 2), cell("s5cmd", 2)],
};
const setting = (results: typeof before) => transferBlocks(results)["transfer-setting"] ?? "";

test("the page says when its results were measured, and by how many runs", () => {
  expect(setting(before)).toMatch(
    /^2026-11-01, commit abc1, on vm\. Median of 5 runs each, after one warm-up run\.\n/,
  );
});

test("it says which are of another run, and that runs were fewer", () => {
  const once = { median: 1, min: 1, max: 1, runs: 1 };
  const cells = merged([cell("cloud-submit", 1, { wallSeconds: once })], before);
  expect(setting({ ...before, date: "2026-11-02", commit: "abc2", cells })).toMatch(
    /^2026-11-02, commit abc2, on vm\. Median of 1 to 5 runs each, after one warm-up run\. 1 of the 2 results are of another run: 2026-11-01, commit abc1, on vm\.\n/,
  );
});

import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { goalsByName } from "../../../../bench/cloud/goals.ts";
import { cloudBlocks } from "../../../../bench/report/cloud-report.ts";
import { replaceBlock } from "../../../../bench/report/markdown.ts";
import { PAGES } from "../../../../bench/report/pages.ts";
import { cloudResults } from "../../../support/cloud-results.ts";

test("every block has its place on a page, and holds nothing that was not measured", () => {
  const pages = PAGES.map((name) => readFileSync(name, "utf8"));
  for (const [name, block] of Object.entries(cloudBlocks(cloudResults()))) {
    expect(replaceBlock(pages, name, block).join("\n")).toContain(block);
    expect(block).not.toMatch(/NaN|undefined|Infinity/);
  }
});

test("a goal that is missed is told in the summary and beside its figure", () => {
  const results = cloudResults();
  results.agent.idleMemoryBytes = 81e6;
  results.agent.freshMemoryBytes.median = 70e6;
  const { "cloud-goals": summary, "cloud-agent": table } = cloudBlocks(results);
  expect(goalsByName(results).memory.reached).toBe(false);
  expect(summary).toContain("| agent at rest, memory | ≤ 80 MB | 81.0 MB | **missed** |");
  expect(table).toContain(
    "| memory at rest, after all of the above | 81 MB | ≤ 80 MB: **missed** |",
  );
});

test("the burst's bottleneck is named in words", () => {
  const { "cloud-burst": block } = cloudBlocks(cloudResults());
  expect(block).toContain("The bottleneck is this machine");
  expect(block).toContain('Most wait in "JOB_COMPLETE written" and "results sent"');
});

import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { replaceBlock } from "../../../../bench/report/markdown.ts";
import { PAGES } from "../../../../bench/report/pages.ts";
import { simulateBlocks, simulatePlots } from "../../../../bench/report/simulate-report.ts";
import { QUOTAS } from "../../../../bench/simulate/quotas.ts";
import type { SimulatedRun, SimulateResults } from "../../../../bench/simulate/results.ts";

const simulated = (jobs: number, more: Partial<SimulatedRun> = {}): SimulatedRun => ({
  design: "doorbell",
  jobs,
  what: "",
  taken: { p50: 2, last: 12 },
  other: { taken: 1, submitted: 2 },
  submittedLast: 30,
  endedLast: 90,
  commands: 60,
  commandsRefused: 400,
  calls: jobs,
  callsThrottled: 0,
  listed: 20,
  removals: 10,
  curve: [
    [1, 1],
    [12, jobs],
  ],
  ...more,
});

const results = (...runs: SimulatedRun[]): SimulateResults => ({
  commit: "abcdef0",
  seed: 1,
  quotas: Object.values(QUOTAS),
  runs,
});

test("every block has its place on a page, and says where each number comes from", () => {
  const pages = PAGES.map((name) => readFileSync(name, "utf8"));
  const blocks = simulateBlocks(results(simulated(500), simulated(5000)));
  for (const [name, block] of Object.entries(blocks)) {
    expect(replaceBlock(pages, name, block).join("\n")).toContain(block);
    expect(block).not.toMatch(/NaN|undefined|Infinity/);
  }
  const sources = Object.values(QUOTAS).map(({ source }) => source.trim());
  expect(sources).not.toContain("");
});

test("a goal is judged by the design as it is, with nothing changed", () => {
  const late = { taken: { p50: 2, last: 700 }, commands: 500 };
  const goals = (more: Partial<SimulatedRun>) =>
    simulateBlocks(results(simulated(500, { ...late, ...more })))["simulate-goals"] ?? "";
  expect(goals({}).match(/\*\*missed\*\*/g)).toHaveLength(2);
  expect(goals({ design: "command-each" })).not.toContain("missed");
  expect(goals({ what: "every SSM command is lost" })).not.toContain("missed");
});

test("the plot compares the designs", () => {
  const { "simulate.svg": svg = "" } = simulatePlots(
    results(simulated(500), simulated(500, { design: "command-each" })),
  );
  expect(svg).toContain("500: the bucket as the queue");
  expect(svg).toContain("500: a command for each job");
});

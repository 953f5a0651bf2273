import { expect, test } from "@jest/globals";
import { goals } from "../../../../bench/cloud/goals.ts";
import { throughputGoals } from "../../../../bench/cloud/throughput-goals.ts";
import { failsRun, isMissed } from "../../../../bench/goal.ts";
import { cloudBlocks } from "../../../../bench/report/cloud-report.ts";
import { goalLine, verdict } from "../../../../bench/verdict.ts";
import { cloudResults } from "../../../support/cloud-results.ts";

/** Results in which the agent and Slurm alone are so fast. */
function fast(agent: number, slurm: number | undefined) {
  const { bareSlurm, ...results } = cloudResults();
  results.throughput.jobsPerSecond = agent;
  return slurm === undefined || bareSlurm === undefined
    ? results
    : { ...results, bareSlurm: { ...bareSlurm, jobsPerSecond: slurm } };
}

const NOT_JUDGED = "not judged: Slurm alone does 22.4 on this machine";

test("where Slurm alone is too slow, the goal is neither reached nor missed", () => {
  const { throughput: goal } = throughputGoals(fast(17.8, 22.4));
  expect(goal.found).toBe("17.8, bare sbatch 22.4 (0.79 of it)");
  expect([goal.reached, isMissed(goal)]).toEqual([false, false]);
  expect(verdict(goal)).toBe(NOT_JUDGED);
  expect(goalLine(goal)).toBe(
    `64 CPUs and jobs that end at once: jobs per second: ${goal.found}, goal ≥ 40: ${NOT_JUDGED}`,
  );
});

test("a goal that is not judged is not reached, however fast the agent was, and fails no run", () => {
  const { throughput: goal } = throughputGoals(fast(41, 39.9));
  expect(goal.reached).toBe(false);
  expect(goalLine(goal)).not.toContain("reached");
  expect(failsRun({ ...goal, exact: true })).toBe(false);
});

test.each([
  [40, 40, "reached"],
  [39.9, 40, "**missed**"],
  // Shown as 40.0.
  [39.9, 39.96, "**missed**"],
  [50, 58.8, "reached"],
])("with %s jobs a second, of %s without the agent, it is judged: %s", (agent, slurm, word) => {
  expect(verdict(throughputGoals(fast(agent, slurm)).throughput)).toBe(word);
});

test.each([
  [17.8, 22.4, "missed on this machine"],
  [17.8, 22.3, "reached"],
  [44, 60, "missed on this machine"],
])("%s jobs a second of %s are judged on every machine: %s", (agent, slurm, word) => {
  const goal = throughputGoals(fast(agent, slurm)).throughputBesideSlurm;
  expect(goal && goalLine(goal)).toBe(
    `the same ÷ those of bare sbatch: ${(agent / slurm).toFixed(2)}, goal ≥ 0.8: ${word}`,
  );
  expect(goal && failsRun(goal)).toBe(false);
});

test("results that were saved without the peer are judged as they were", () => {
  const results = fast(39.9, undefined);
  const { throughput, throughputBesideSlurm } = throughputGoals(results);
  expect([throughput.found, verdict(throughput)]).toEqual(["39.9", "**missed**"]);
  expect(throughputBesideSlurm).toBeUndefined();
  expect(goals(results)).toHaveLength(goals(cloudResults()).length - 1);
  expect(cloudBlocks(results)["cloud-throughput"]).not.toMatch(/bare|NaN|undefined/);
});

test("the report's summary and table tell the peer and the verdict", () => {
  const { "cloud-goals": summary, "cloud-throughput": table } = cloudBlocks(fast(17.8, 22.4));
  expect(summary).toContain(`| ≥ 40 | 17.8, bare sbatch 22.4 (0.79 of it) | ${NOT_JUDGED} |`);
  expect(table).toContain(`| jobs per second | 17.8 | ≥ 40: ${NOT_JUDGED} |`);
  expect(table).toContain("| bare sbatch: jobs per second | 22.4 |  |");
  expect(table).toContain("| jobs per second ÷ those of bare sbatch | 0.79 | ≥ 0.8: **missed** |");
});

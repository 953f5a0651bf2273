import { expect, test } from "@jest/globals";
import { isMissed } from "../../../../bench/goal.ts";
import { manyGoals, type Step } from "../../../../bench/transfer/many.ts";

/** Steps that take what so many files need, and as much memory. */
function goalsOf(files: number, megabytes: number) {
  const pages = Math.ceil(files / 1000);
  const step = (name: string, requests: number): Step => ({
    name,
    requests: { All: requests },
    wallSeconds: 1,
    cpuSeconds: 1,
    peakMemoryBytes: megabytes * 1e6,
  });
  return manyGoals(files, {
    up: step("up", files + 1),
    again: step("unchanged", pages),
    list: step("listing", pages),
    other: step("listing by s5cmd", pages),
    down: step("down", files + pages),
    downAgain: step("down, unchanged", pages),
  });
}

const told = (goals: ReturnType<typeof goalsOf>, what: RegExp) =>
  goals.filter((goal) => what.test(goal.what));

test("a million files judge all goals", () => {
  const goals = goalsOf(1_000_000, 176);
  expect(goals).toHaveLength(10);
  expect(goals.every(({ reached, notJudged }) => reached && notJudged === undefined)).toBe(true);
});

test.each([5, 200_000])("%d files judge requests, and neither memory nor time", (files) => {
  const goals = goalsOf(files, 100);
  for (const goal of told(goals, /requests/)) expect(goal.reached).toBe(true);
  const others = told(goals, /memory|wall/);
  expect(others).toHaveLength(6);
  for (const goal of others)
    expect([goal.reached, goal.notJudged]).toEqual([
      false,
      `the goal is for 1000000 files; there were ${files}`,
    ]);
});

test("memory that is too much for fewer files is missed", () => {
  expect(told(goalsOf(5, 201), /memory/).every(isMissed)).toBe(true);
});

import { expect, test } from "@jest/globals";
import { callsPerHour, requestsPerHour } from "../../../../bench/cloud/at-rest.ts";

test.each([
  ["rate(5 minutes)", 12],
  ["rate(1 minute)", 60],
  ["rate(1 hour)", 1],
  ["rate(1 day)", 1 / 24],
])("%s: %d calls an hour", (expression, calls) => {
  expect(callsPerHour(expression)).toBeCloseTo(calls);
});

test.each(["cron(0 * * * ? *)", "rate(5 weeks)", ""])("%j is no rate", (expression) => {
  expect(() => callsPerHour(expression)).toThrow(/is no rate/);
});

test("more jobs that have ended cost the slow look its budget, and nothing else", () => {
  const calls = [
    { name: "sweep", callsPerHour: 11, s3Requests: 1, pages: 0 },
    { name: "slow look", callsPerHour: 1, s3Requests: 18, pages: 15 },
  ];
  // Agent 120, sweeps 11, and 3 beside the pages: 13,000 keys are 13 pages, and no look lists more than 60.
  expect(requestsPerHour({ calls }, 2, 1000)).toBe(134 + 13);
  expect(requestsPerHour({ calls }, 2, 100_000)).toBe(134 + 60);
  expect(requestsPerHour({ calls }, 2, 1_000_000)).toBe(134 + 60);
});

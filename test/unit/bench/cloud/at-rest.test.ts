import { expect, test } from "@jest/globals";
import { callsPerHour } from "../../../../bench/cloud/at-rest.ts";

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

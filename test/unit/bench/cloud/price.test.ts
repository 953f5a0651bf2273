import { expect, test } from "@jest/globals";
import { priceLines } from "../../../../bench/cloud/price.ts";
import { cloudResults, jobCosts } from "../../../support/cloud-results.ts";

test("each line is the sum that it shows", () => {
  const lines = priceLines(cloudResults().lambda, jobCosts());
  expect(
    lines.map(({ what, sum, dollars }) => `${what}: ${sum} = ${Number(dollars.toFixed(7))}`),
  ).toEqual([
    "Lambda, dispatch: 1000 × (0.2 ÷ 10⁶ + 0.020 s × 0.5 GB × 0.0000133334) = 0.0003333",
    "Lambda, audit: 3000 × (0.2 ÷ 10⁶ + 0.010 s × 0.5 GB × 0.0000133334) = 0.0008",
    "EventBridge, own events: 1000 × 3 × 1 ÷ 10⁶ = 0.003",
    "EventBridge, S3's events: 1000 × 18 × 1 ÷ 10⁶ = 0.018",
    "S3, writes and lists of the protocol: 1000 × 8 × 0.005 ÷ 1000 = 0.04",
    "S3, reads of the protocol: 1000 × 3 × 0.0004 ÷ 1000 = 0.0012",
    "CloudWatch Logs, lines of the functions: 1000 × 2 × 0.5 ÷ 10⁶ KB = 0.001",
  ]);
});

test("a function that no job calls costs nothing", () => {
  const results = cloudResults();
  for (const each of results.lambda.functions) each.invocationsPerJob = 0;
  expect(
    priceLines(results.lambda, jobCosts()).filter(({ what }) => what.startsWith("Lambda")),
  ).toEqual([]);
});

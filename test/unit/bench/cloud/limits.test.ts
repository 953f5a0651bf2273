import { expect, test } from "@jest/globals";
import { limits } from "../../../../bench/cloud/limits.ts";
import { cloudResults } from "../../../support/cloud-results.ts";

test("the lowest comes first, and each follows from what was measured", () => {
  const results = cloudResults();
  results.latency.steps["Slurm queue and job"].p50 = 600;
  results.latency.steps["job's end → noticed"].p50 = 40;
  const found = limits(results).map(({ what, jobsPerSecond }) => [
    what,
    Number(jobsPerSecond.toFixed(1)),
  ]);
  // 8 CPUs ÷ 640 ms; 2 cores ÷ (0.75 × 2 cores × 50 s ÷ 500 jobs); 1 thread ÷ (4 s ÷ 500 jobs)
  expect(found).toEqual([
    ["Slurm of the local cloud", 12.5],
    ["this machine", 13.3],
    ["the agent", 125],
  ]);
});

test("an agent that is slow is the bottleneck", () => {
  const results = cloudResults();
  results.burst.agentCpuSeconds = 70;
  expect(limits(results)[0]?.what).toBe("the agent");
});

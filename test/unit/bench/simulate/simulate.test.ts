import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { simulatedGoals } from "../../../../bench/simulate/goals.ts";
import { QUOTAS, type Values, values } from "../../../../bench/simulate/quotas.ts";
import { type SimulatedRun, summary } from "../../../../bench/simulate/results.ts";
import { DESIGNS, type DesignName, simulate } from "../../../../bench/simulate/simulate.ts";

const designs = Object.keys(DESIGNS) as DesignName[];

async function run(
  design: DesignName,
  jobs: number,
  replaced: Partial<Values> = {},
  seed = 1,
  isLost: (command: number) => boolean = () => false,
): Promise<SimulatedRun> {
  const simulated = await simulate({ design, jobs, seed, isLost, values: values(replaced) });
  expect(simulated.left).toBe(0);
  return summary(simulated, { design, jobs, what: "" });
}

/** Values under which each of them can be the narrow place. */
const anyValues = fc.record({
  sendsPerSecond: fc.constantFrom(0.5, 5, 50),
  dispatchConcurrency: fc.constantFrom(1, 5, 50),
  duplicates: fc.constantFrom(0, 0.5, 1),
  listPageMs: fc.constantFrom(1, 150, 3000),
  keysPerPage: fc.constantFrom(1, 7, 1000),
  keysPerDelete: fc.constantFrom(1, 1000),
  redeliveryMs: fc.constantFrom(10, 30_000),
  ssmCpuMs: fc.constantFrom(0, 2000),
  cpus: fc.constantFrom(1, 1000),
  jobMs: fc.constantFrom(0, 5000),
});

describe("simulate", () => {
  test.each(designs)(
    "%s: every job is taken, submitted and ended once, whatever is slow, comes twice or is lost",
    async (design) => {
      await fc.assert(
        fc.asyncProperty(
          fc.integer({ min: 1, max: 40 }),
          anyValues,
          fc.nat(),
          fc.func(fc.boolean()),
          async (jobs, replaced, seed, isLost) => {
            // A command of its own that is lost is what only the deadline ends in that design.
            const lost = design === "doorbell" ? isLost : undefined;
            const found = await run(design, jobs, replaced, seed, lost);
            expect(found.curve.at(-1)?.[1]).toBe(jobs + 1);
          },
        ),
        { numRuns: 12 },
      );
    },
  );

  test.each(designs)(
    "%s: the same seed leads to the same result, another to another",
    async (design) => {
      const of = (seed: number) => run(design, 80, {}, seed);
      expect(await of(3)).toEqual(await of(3));
      expect(await of(3)).not.toEqual(await of(4));
    },
  );

  test.each<[name: keyof Values, slow: number, fast: number]>([
    ["journalMs", 400, 4],
    ["listPageMs", 5000, 150],
    ["dispatchConcurrency", 1, 50],
    ["uploadsPerSecond", 5, 3500],
  ])(
    "doorbell: a better %s (%d, %d) brings the last request in sooner",
    async (name, slow, fast) => {
      const last = async (value: number) =>
        (await run("doorbell", 300, { [name]: value })).taken.last;
      expect(await last(fast)).toBeLessThan(await last(slow));
    },
  );

  test.each<[name: keyof Values, slow: number, fast: number]>([
    ["sbatchMs", 4000, 40],
    ["transferMs", 4000, 250],
    ["cpus", 2, 1000],
    ["agentCpuMs", 800, 8],
  ])("a better %s (%d, %d) brings the last job to its end sooner", async (name, slow, fast) => {
    const last = async (value: number) => (await run("doorbell", 100, { [name]: value })).endedLast;
    expect(await last(fast)).toBeLessThan(await last(slow));
  });

  test("a command for each job waits for SSM's rate, and the bell does not", async () => {
    const last = async (design: DesignName, sendsPerSecond: number) =>
      (await run(design, 300, { sendsPerSecond })).taken.last;
    const each = [
      await last("command-each", 1),
      await last("command-each", 5),
      await last("command-each", 50),
    ];
    expect(each).toEqual(each.toSorted((a, b) => b - a));
    expect(each[0]).toBeGreaterThan(299);
    expect(await last("doorbell", 1)).toBeLessThan(15);
  });

  test("with every command lost, the agent's look of each minute brings all in", async () => {
    const { taken } = await run("doorbell", 300, {}, 1, () => true);
    expect(taken.last).toBeGreaterThan(10);
    expect(taken.last).toBeLessThan(70);
  });

  test("500 and 5,000 at once reach their goals", async () => {
    const runs = [await run("doorbell", 500), await run("doorbell", 5000)];
    const goals = simulatedGoals({ commit: "", seed: 1, quotas: Object.values(QUOTAS), runs });
    expect(goals.map(({ reached }) => reached)).toEqual([true, true, true]);
  });
});

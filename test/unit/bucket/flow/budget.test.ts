import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { Budget } from "../../../../bucket/flow/budget.ts";

test("never more in use than there is, and every task is run, also after failures", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 0, max: 15 })),
      fc.scheduler(),
      async (amounts, scheduler) => {
        const budget = new Budget(10);
        let [inUse, most, done] = [0, 0, 0];
        const tasks = amounts.map((amount, index) =>
          budget
            .spend(amount, async () => {
              inUse += Math.min(amount, 10);
              most = Math.max(most, inUse);
              await scheduler.schedule(Promise.resolve());
              inUse -= Math.min(amount, 10);
              done += 1;
              if (index % 3 === 0) throw new Error("task");
            })
            .catch(() => undefined),
        );
        await scheduler.waitFor(Promise.all(tasks));
        expect([done, inUse]).toEqual([amounts.length, 0]);
        expect(most).toBeLessThanOrEqual(10);
      },
    ),
  );
});

test("a budget that grows serves who waits, one that shrinks lets no more in until there is room", async () => {
  const budget = new Budget(1);
  const begun: number[] = [];
  const ends: (() => void)[] = [];
  const tasks = Array.from({ length: 6 }, (_, number) =>
    budget.spend(1, async () => {
      begun.push(number);
      await new Promise<void>((end) => ends.push(end));
    }),
  );
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  await settle();
  expect(begun).toEqual([0]);
  budget.total = 3;
  await settle();
  expect(begun).toEqual([0, 1, 2]);
  budget.total = 1;
  for (const end of ends.splice(0, 2)) end();
  await settle();
  expect([begun, budget.inUse]).toEqual([[0, 1, 2], 1]);
  while (ends.length > 0) {
    ends.shift()?.();
    await settle();
  }
  await Promise.all(tasks);
  expect([begun, budget.inUse]).toEqual([[0, 1, 2, 3, 4, 5], 0]);
});

test("what waits for more than is left of the budget gets the whole of it, and less when it grows again", async () => {
  const budget = new Budget(10);
  const first = await budget.take(8);
  const waits = budget.take(9);
  budget.total = 3;
  budget.give(first);
  expect(await waits).toBe(3);
  const grown = budget.take(9);
  budget.total = 20;
  expect(await grown).toBe(9);
});

import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { eachBounded, mapBounded } from "../../../../bucket/flow/each-bounded.ts";

async function* numbers(count: number, onTaken = (_n: number) => {}) {
  for (let n = 0; n < count; n++) {
    onTaken(n);
    yield n;
  }
}

/** Lets everything run that can. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

test("costs never add up to more than the total, every item is done", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 15 })),
      fc.scheduler(),
      async (costs, scheduler) => {
        let [inUse, most, done] = [0, 0, 0];
        const run = eachBounded(
          numbers(costs.length),
          10,
          async (n) => {
            inUse += Math.min(costs[n] ?? 0, 10);
            most = Math.max(most, inUse);
            await scheduler.schedule(Promise.resolve());
            inUse -= Math.min(costs[n] ?? 0, 10);
            done += 1;
          },
          (n) => costs[n] ?? 0,
        );
        await scheduler.waitFor(run);
        expect([done, inUse]).toEqual([costs.length, 0]);
        expect(most).toBeLessThanOrEqual(10);
      },
    ),
  );
});

test("after a failure nothing is begun, and nothing runs any more", async () => {
  let [begun, ended] = [0, 0];
  const run = eachBounded(numbers(1000), 4, async (n) => {
    begun += 1;
    await settle();
    ended += 1;
    if (n === 5) throw new Error("refused");
  });
  await expect(run).rejects.toThrow("refused");
  expect(begun).toBe(ended);
  expect(begun).toBeLessThan(20);
  // A failed read is the end as well.
  const unread = numbers(10, (n) => {
    if (n === 5) throw new Error("unread");
  });
  await expect(eachBounded(unread, 4, async () => void (ended += 1))).rejects.toThrow("unread");
  expect(ended).toBe(begun + 5);
});

test("a list is as good as what comes bit by bit", async () => {
  const done: number[] = [];
  await eachBounded([3, 1, 2], 2, async (n) => void done.push(n));
  expect(done).toEqual([3, 1, 2]);
});

test("results come in the order of the items, whatever the order of the ends; none after a failure", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat()), fc.scheduler(), async (items, scheduler) => {
      const double = async (n: number) => {
        await scheduler.schedule(Promise.resolve());
        return n * 2;
      };
      const results = await scheduler.waitFor(mapBounded(items, 3, double));
      expect(results).toEqual(items.map((n) => n * 2));
    }),
  );
  const fails = async (n: number) => {
    if (n === 2) throw new Error("refused");
  };
  await expect(mapBounded([1, 2, 3], 2, fails)).rejects.toThrow("refused");
});

import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { Budget } from "../../../bucket/budget.ts";

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

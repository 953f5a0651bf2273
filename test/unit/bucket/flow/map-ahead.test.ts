import { setImmediate } from "node:timers/promises";
import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { mapAhead } from "../../../../bucket/flow/map-ahead.ts";
import { collect } from "../../../support/collect.ts";

async function* items(count: number) {
  for (let n = 0; n < count; n++) yield n;
}

describe("mapAhead", () => {
  test("gives the results in their order, with no more at a time than it may", async () => {
    const runs = fc.record({
      count: fc.nat(40),
      most: fc.integer({ min: 1, max: 8 }),
      turns: fc.array(fc.nat(5), { minLength: 1, maxLength: 10 }),
    });
    await fc.assert(
      fc.asyncProperty(runs, async ({ count, most, turns }) => {
        let [running, busiest] = [0, 0];
        const task = async (n: number) => {
          running += 1;
          busiest = Math.max(busiest, running);
          for (let left = turns[n % turns.length] ?? 0; left > 0; left--) await setImmediate();
          running -= 1;
          return n * 2;
        };
        const results = await collect(mapAhead(items(count), most, task));
        expect(results).toEqual(Array.from({ length: count }, (_, n) => n * 2));
        expect(busiest).toBeLessThanOrEqual(most);
      }),
      { numRuns: 30 },
    );
  });

  test("throws a task's failure in its turn, and no other is left unheard", async () => {
    const seen: number[] = [];
    const read = async () => {
      for await (const n of mapAhead(items(9), 4, async (one) => {
        if (one > 1) throw new Error(`no ${one}`);
        return one;
      }))
        seen.push(n);
    };
    await expect(read()).rejects.toThrow("no 2");
    expect(seen).toEqual([0, 1]);
  });
});

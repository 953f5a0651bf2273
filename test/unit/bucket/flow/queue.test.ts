import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { Queue } from "../../../../bucket/flow/queue.ts";

test("a queue gives what was added in its order, also after thousands were taken away", () => {
  const runs = fc.array(fc.tuple(fc.nat(3000), fc.nat(3000)), { maxLength: 6 });
  fc.assert(
    fc.property(runs, (steps) => {
      const queue = new Queue<number>();
      let [added, taken] = [0, 0];
      const wrong: number[] = [];
      const look = () => {
        if (queue.first !== (taken < added ? taken : undefined)) wrong.push(taken);
      };
      for (const [add, take] of steps) {
        for (let count = 0; count < add; count++) queue.add(added++);
        for (let count = 0; count < take && taken < added; count++) {
          look();
          queue.removeFirst();
          taken += 1;
        }
        look();
      }
      expect(wrong).toEqual([]);
    }),
    { numRuns: 50 },
  );
});

test("taking from an empty queue changes nothing", () => {
  const queue = new Queue<string>();
  queue.removeFirst();
  queue.add("one");
  expect(queue.first).toBe("one");
});

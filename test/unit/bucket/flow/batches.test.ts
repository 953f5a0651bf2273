import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { Batches, batchesOf } from "../../../../bucket/flow/batches.ts";
import { collect } from "../../../support/collect.ts";
import { numbers } from "../../../support/numbers.ts";

async function* given(batches: readonly (readonly number[])[]) {
  yield* batches;
}

test("what comes in batches can be had one by one and together, and what comes alone as batches of one", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(fc.nat(), { minLength: 1 })), async (batches) => {
      expect(await collect(new Batches(given(batches)))).toEqual(batches.flat());
      expect(await collect(batchesOf(new Batches(given(batches))))).toEqual(batches);
    }),
  );
  expect(await collect(batchesOf(numbers(3)))).toEqual([[0], [1], [2]]);
});

test("items can be changed, and left out, without a batch of none", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(fc.nat(), { minLength: 1 })), async (batches) => {
      const halves = new Batches(given(batches)).map((n) => (n % 2 === 0 ? n / 2 : undefined));
      const some = await collect(halves.all);
      expect(some.flat()).toEqual(batches.flat().flatMap((n) => (n % 2 === 0 ? [n / 2] : [])));
      expect(some.every((batch) => batch.length > 0)).toBe(true);
    }),
  );
});

test("a reader that leaves ends what gives the batches", async () => {
  let isEnded = false;
  async function* ending() {
    try {
      for (;;) yield [1, 2];
    } finally {
      isEnded = true;
    }
  }
  for await (const one of new Batches(ending())) if (one === 2) break;
  expect(isEnded).toBe(true);
});

import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { FairSlots } from "../../../../headnode/jobs/fair-slots.ts";

/** Slots whose tasks end when they are told to, and who has begun. */
function trial(total: number) {
  const slots = new FairSlots(total);
  const begun: string[] = [];
  const ends: ((fails: boolean) => void)[] = [];
  const ask = (who: string) =>
    slots
      .run(who, () => {
        begun.push(who);
        return new Promise<void>((resolve, reject) =>
          ends.push((fails) => (fails ? reject(new Error("no")) : resolve())),
        );
      })
      .catch(() => undefined);
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  return { begun, ends, ask, settle };
}

test("the one task of a user begins next, before the thousands of another that wait", async () => {
  const { begun, ends, ask, settle } = trial(2);
  for (let at = 0; at < 3000; at++) void ask("ada");
  void ask("bob");
  await settle();
  expect(begun).toEqual(["ada", "ada"]);
  for (const end of ends.splice(0)) end(false);
  await settle();
  expect(begun).toEqual(["ada", "ada", "ada", "bob"]);
});

test("no more run than there is room for, every one gets its turn, and a failure gives its room back", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom("ada", "bob", "carl"), { maxLength: 20 }),
      fc.array(fc.boolean(), { minLength: 20, maxLength: 20 }),
      fc.integer({ min: 1, max: 4 }),
      async (asks, failures, total) => {
        const { begun, ends, ask, settle } = trial(total);
        const all = asks.map(ask);
        await settle();
        let ended = 0;
        while (ends.length > 0) {
          expect(begun.length - ended).toBeLessThanOrEqual(total);
          ends.shift()?.(failures[ended] ?? false);
          ended += 1;
          await settle();
        }
        await Promise.all(all);
        expect(begun.toSorted()).toEqual(asks.toSorted());
      },
    ),
  );
});

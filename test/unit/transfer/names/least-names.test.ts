import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { LeastNames } from "../../../../transfer/names/least-names.ts";

/** All names, taken as many times as it needs; and how many times that is. */
function inTurns(names: readonly string[], most: number): { all: string[]; turns: number } {
  const all: string[] = [];
  let turns = 0;
  for (let after: Buffer | undefined, more = true; more; ) {
    const least = new LeastNames(after, most);
    for (const name of names) least.add(Buffer.from(name), name.length % 256);
    least.sort();
    for (let index = 0; index < least.count; index++) {
      const name = least.nameAt(index);
      expect(least.kindAt(index)).toBe(name.length % 256);
      all.push(name);
    }
    turns += 1;
    after = least.last;
    more = after !== undefined;
  }
  return { all, turns };
}

test("names come in the order of their bytes, all of them, whatever is held at a time", () => {
  const name = fc.string({
    unit: fc.constantFrom("a", "b", "é", "\uFF5E", "😀", "/"),
    minLength: 1,
  });
  fc.assert(
    fc.property(fc.uniqueArray(name), fc.integer({ min: 20, max: 300 }), (names, most) => {
      const sorted = names.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
      expect(inTurns(names, most).all).toEqual(sorted);
    }),
  );
});

test("what fits is held at once, and of more the least half", () => {
  const names = Array.from(
    { length: 1000 },
    (_, at) => `name-${String(999 - at).padStart(3, "0")}`,
  );
  expect(inTurns(names, 11_000).turns).toBe(1);
  const { all, turns } = inTurns(names, 5500);
  expect(all).toEqual(names.toReversed());
  expect(turns).toBeLessThanOrEqual(4);
});

import { expect, test } from "@jest/globals";
import { shareNext } from "../../../../headnode/upkeep/share-next.ts";

/** A run that ends when it is told to, and counts how often it began. */
function controlled() {
  const ends: ((error?: Error) => void)[] = [];
  const shared = shareNext(
    () =>
      new Promise<number>((resolve, reject) => {
        const turn = ends.length + 1;
        ends.push((error) => (error ? reject(error) : resolve(turn)));
      }),
  );
  const begun = () => new Promise<number>((tell) => setImmediate(() => tell(ends.length)));
  return { shared, ends, begun };
}

test("who calls while a run is on its way shares the next one, and only that", async () => {
  const { shared, ends, begun } = controlled();
  const first = shared();
  expect(await begun()).toBe(1);
  const late = [shared(), shared(), shared()];
  expect(await begun()).toBe(1);
  ends[0]?.();
  expect(await first).toBe(1);
  expect(await begun()).toBe(2);
  ends[1]?.();
  expect(await Promise.all(late)).toEqual([2, 2, 2]);
  expect(await begun()).toBe(2);
});

test("who calls at the same time shares one run", async () => {
  const { shared, ends, begun } = controlled();
  const both = [shared(), shared()];
  expect(await begun()).toBe(1);
  ends[0]?.();
  expect(await Promise.all(both)).toEqual([1, 1]);
});

test("a run that fails fails for those who share it, and for nobody else", async () => {
  const { shared, ends, begun } = controlled();
  const first = shared();
  await begun();
  const second = shared();
  ends[0]?.(new Error("no answer"));
  await expect(first).rejects.toThrow("no answer");
  expect(await begun()).toBe(2);
  ends[1]?.();
  expect(await second).toBe(2);
});

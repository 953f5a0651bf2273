import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { Growth, type Look } from "../../../../../bucket/s3/lanes/growth.ts";
import { Random } from "../../../../../local/random.ts";

/** A machine: how fast so many threads are together, in bytes a millisecond, and how busy they are. */
type Machine = (threads: number) => { rate: number; busy: number };

/** Lanes that are used at each look, and how often one was begun. @param rateAt by how much faster or slower it is at a look */
function looks(
  growth: Growth,
  machine: Machine,
  count: number,
  more: Partial<Look> = {},
  rateAt: (look: number) => number = () => 1,
) {
  const seen: number[] = [];
  let lanes = 0;
  let begun = 0;
  for (let look = 0; look < count; look++) {
    const used = growth.isPausing ? lanes - 1 : lanes;
    const { rate, busy } = machine(used + 1);
    const work = rate * 100 * rateAt(look);
    const one = { lanes: used, busy, work, ms: 100, orders: 8, known: 0, ...more };
    const change = growth.decide(one);
    if (change > 0) {
      begun += 1;
      growth.begun();
    }
    lanes += change;
    seen.push(used);
  }
  return { seen, lanes, begun };
}

const FAST = 1_000_000;

test("as many lanes as make it faster, and no more than there may be", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 0, max: 8 }), (cores, max) => {
      const machine: Machine = (threads) => ({ rate: Math.min(threads, cores) * FAST, busy: 1 });
      const { seen, lanes } = looks(new Growth(max), machine, 19);
      expect(Math.max(...seen)).toBeLessThanOrEqual(Math.min(max, cores));
      // From five threads on, one more makes it faster by a fifth at the most; three looks for each.
      expect(lanes).toBeGreaterThanOrEqual(Math.min(max, cores - 1, 4));
    }),
  );
});

test("none where threads wait for the line", () => {
  const line: Machine = (threads) => ({ rate: FAST, busy: 0.6 / threads });
  expect(looks(new Growth(4), line, 200).begun).toBe(0);
});

test("none for little work, and none for one order at a time", () => {
  const machine: Machine = () => ({ rate: 1000, busy: 1 });
  expect(looks(new Growth(4), machine, 100).begun).toBe(0);
  const fast: Machine = () => ({ rate: FAST, busy: 1 });
  expect(looks(new Growth(4), fast, 100, { orders: 1 }).begun).toBe(0);
});

test("one at the first look when a large file is under way", () => {
  const machine: Machine = (threads) => ({ rate: threads * FAST, busy: 1 });
  expect(looks(new Growth(4), machine, 1, { known: 2 ** 28 }).lanes).toBe(1);
  expect(looks(new Growth(4), machine, 1, { known: 2 ** 28 - 1 }).lanes).toBe(0);
});

test("one that brings nothing goes, and is tried again after a while, ever more seldom", () => {
  const machine: Machine = () => ({ rate: FAST, busy: 1 });
  const { lanes, begun } = looks(new Growth(4), machine, 400);
  expect([lanes, begun]).toEqual([0, 5]);
});

test("after a rest it begins anew", () => {
  const growth = new Growth(4);
  const machine: Machine = (threads) => ({ rate: threads * FAST, busy: 1 });
  expect(looks(growth, machine, 3).lanes).toBe(1);
  growth.rest();
  expect(growth.decide({ lanes: 1, busy: 1, work: 1000, ms: 100, orders: 8, known: 0 })).toBe(0);
  expect(looks(growth, machine, 30).lanes).toBe(4);
});

test("after a rest the last lane is not doubted before there are rates to compare with", () => {
  const one = { lanes: 1, busy: 0.5, work: FAST * 100, ms: 100, orders: 8, known: 0 };
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 40 }), (before) => {
      const growth = new Growth(1);
      for (let look = 0; look < before; look++) growth.decide(one);
      growth.rest();
      const paused = Array.from({ length: 4 }, () => (growth.decide(one), growth.isPausing));
      expect(paused).not.toContain(true);
    }),
  );
});

test("a lane goes when nothing was done, with it and without", () => {
  const growth = new Growth(1);
  const one = { lanes: 1, busy: 0.5, work: 0, ms: 100, orders: 8, known: 0 };
  const changes = Array.from({ length: 50 }, () => growth.decide(one));
  expect(changes).toContain(-1);
});

test("it keeps no more of a line's looks however long it lasts", () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const growth = new Growth(4);
  const used = () => (collect(), process.memoryUsage().heapUsed);
  const before = used();
  const one = { lanes: 0, busy: 0.1, work: 1e6, ms: 100, orders: 8, known: 0 };
  for (let look = 0; look < 1e6; look++) growth.decide({ ...one, work: look });
  expect(used() - before).toBeLessThan(4e6);
  // It is not collected with its rates before.
  expect(growth.isPausing).toBe(false);
});

test("before the first lane, looks come sooner when much is known to come; then as usual", () => {
  const growth = new Growth(4);
  const [much, little] = [2 ** 28, 2 ** 28 - 1];
  const due = (known: number) => [24, 25, 99, 100].map((ms) => growth.isDue({ ms, known }));
  expect(due(little)).toEqual([false, false, false, true]);
  expect(due(much)).toEqual([false, true, true, true]);
  const machine: Machine = (threads) => ({ rate: threads * FAST, busy: 1 });
  expect(looks(growth, machine, 1, { known: much }).lanes).toBe(1);
  expect(due(much)).toEqual([false, false, false, true]);
});

describe("while a program becomes faster by and by, and rates vary", () => {
  const LOOKS = 600;
  const RUNS = 200;

  /** Slow when it begins, as V8 compiles what it needs; then up to a third more or less at each look, by chance. */
  function rates(seed: number): (look: number) => number {
    const random = new Random(seed);
    const vary = Array.from({ length: LOOKS }, () => 1 + (random.fraction() - 0.5) * 0.66);
    return (look) => (look === 0 ? 0.001 : Math.min(1, 0.5 + look / 50) * (vary[look] ?? 1));
  }

  /** The share of the looks from `from` to `to` at which so many lanes were used, over many runs. */
  function share(lanes: number, machine: () => Machine, from = 0, to = LOOKS): number {
    let count = 0;
    for (let seed = 0; seed < RUNS; seed++) {
      const { seen } = looks(new Growth(1), machine(), LOOKS, { known: 2 ** 30 }, rates(seed));
      count += seen.slice(from, to).filter((used) => used === lanes).length;
    }
    return count / RUNS / (to - from);
  }

  test.each([1, 0.2])(
    "a lane that came with the first look and brings nothing goes; then %s of two threads are busy",
    (busy) => {
      const machine: Machine = (threads) => ({ rate: FAST, busy: threads === 1 ? 1 : busy });
      expect(share(1, () => machine, 1, 2)).toBe(1);
      expect(share(0, () => machine)).toBeGreaterThan(0.8);
    },
  );

  test("one that helps by half stays, but for a few looks now and then", () => {
    const machine: Machine = (threads) => ({ rate: FAST * (0.5 + threads / 2), busy: 1 });
    expect(share(1, () => machine)).toBeGreaterThan(0.9);
  });

  test("one that helped first and then does not goes", () => {
    const machine = (): Machine => {
      let look = 0;
      return (threads) => ({ rate: FAST * (look++ < 100 ? threads : 1), busy: 1 });
    };
    expect(share(1, machine, 0, 100)).toBeGreaterThan(0.8);
    expect(share(0, machine, 200)).toBeGreaterThan(0.7);
  });
});

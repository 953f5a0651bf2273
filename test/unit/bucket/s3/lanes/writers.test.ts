import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { Writers } from "../../../../../bucket/s3/lanes/writers.ts";

const RANGE = 8 * 1024 * 1024;

/** Files that come by ranges, so many at a time over all; each range is done after so many others. */
interface Course {
  ranges: readonly number[];
  threads: number;
  atOnce: number;
  /** Which of those under way ends next. */
  ends: readonly number[];
}

/** Lets ranges of all files come by turns, and tells of each which thread had it, and how much more than another that had to do. */
function run({ ranges, threads, atOnce, ends }: Course) {
  const writers = new Writers<number>();
  const loads = Array.from({ length: threads }, () => 0);
  const byFile = ranges.map(() => [] as number[]);
  const left = [...ranges];
  const under: { file: number; thread: number }[] = [];
  let ahead = 0;
  let file = 0;
  for (let step = 0; left.some((count) => count > 0) || under.length > 0; step++) {
    while (under.length < atOnce && left.some((count) => count > 0)) {
      do file = (file + 1) % left.length;
      while (left[file] === 0);
      left[file] = (left[file] ?? 0) - 1;
      const least = loads.indexOf(Math.min(...loads));
      const thread = writers.choose(file, least, (one) => loads[one] ?? 0);
      ahead = Math.max(ahead, (loads[thread] ?? 0) - Math.min(...loads));
      loads[thread] = (loads[thread] ?? 0) + RANGE;
      byFile[file]?.push(thread);
      under.push({ file, thread });
    }
    const [ended] = under.splice((ends[step % ends.length] ?? 0) % under.length, 1);
    if (!ended) continue;
    loads[ended.thread] = (loads[ended.thread] ?? 0) - RANGE;
    writers.done(ended.file);
  }
  return { byFile, ahead };
}

test("two files and two threads: each thread has one file to itself", () => {
  const { byFile } = run({ ranges: [64, 64], threads: 2, atOnce: 8, ends: [0] });
  expect(byFile.map((threads) => new Set(threads).size)).toEqual([1, 1]);
  expect(byFile[0]?.[0]).not.toBe(byFile[1]?.[0]);
});

test("a thread that comes later takes a file over, and keeps it", () => {
  const writers = new Writers<"main" | "lane">();
  const loads = { main: 0, lane: Number.POSITIVE_INFINITY };
  const give = (file: number) => {
    const thread = writers.choose(
      file,
      loads.lane < loads.main ? "lane" : "main",
      (one) => loads[one],
    );
    loads[thread] += RANGE;
    return thread;
  };
  for (let order = 0; order < 8; order++) expect(give(order % 2)).toBe("main");
  loads.lane = 0;
  const given: string[] = [];
  for (let order = 0; order < 40; order++) {
    const done = loads.main >= loads.lane ? "main" : "lane";
    loads[done] -= RANGE;
    writers.done(order % 2);
    given.push(give(order % 2));
  }
  const last = given.slice(-20);
  expect(new Set(last.filter((_, at) => at % 2 === 0)).size).toBe(1);
  expect(new Set(last.filter((_, at) => at % 2 === 1)).size).toBe(1);
  expect(last[0]).not.toBe(last[1]);
});

test("whatever comes: nothing is given to a thread that has more than two ranges more to do than another, and all is given", () => {
  const course = fc.record({
    ranges: fc.array(fc.integer({ min: 1, max: 80 }), { minLength: 1, maxLength: 6 }),
    threads: fc.integer({ min: 1, max: 5 }),
    atOnce: fc.integer({ min: 1, max: 32 }),
    ends: fc.array(fc.nat({ max: 31 }), { minLength: 1, maxLength: 50 }),
  });
  fc.assert(
    fc.property(course, (one) => {
      const { byFile, ahead } = run(one);
      expect(ahead).toBeLessThanOrEqual(2 * RANGE);
      expect(byFile.map(({ length }) => length)).toEqual(one.ranges);
    }),
  );
});

test("a thread that takes no orders any more has no file", () => {
  const writers = new Writers<number>();
  expect(writers.choose(3, 1, () => 0)).toBe(1);
  expect(writers.choose(3, 0, (one) => (one === 1 ? Number.POSITIVE_INFINITY : RANGE))).toBe(0);
});

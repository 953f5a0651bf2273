import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { Rate, sharedPace } from "../../../../bucket/flow/rate.ts";
import { RateTestClock } from "../../../support/rate-clock.ts";

const KiB = 1024;
const MiB = 1024 * KiB;

interface Passed {
  ms: number;
  bytes: number;
}

/** Connections that each let one amount after the other through, the first of them through the first rate, and so on. */
async function letThrough(
  clock: RateTestClock,
  rates: readonly Rate[],
  connections: readonly (readonly number[])[],
): Promise<Passed[]> {
  const passed: Passed[] = [];
  const all = connections.map(async (amounts, at) => {
    for (const bytes of amounts) {
      await rates[at % rates.length]?.pass(bytes);
      passed.push({ ms: clock.ms, bytes });
    }
  });
  await new Promise(setImmediate);
  while (await clock.next());
  await Promise.all(all);
  return passed;
}

function sum(passed: readonly Passed[]): number {
  return passed.reduce((all, { bytes }) => all + bytes, 0);
}

/** The most bytes above `rate` that went through in any time. */
function mostAbove(passed: readonly Passed[], bytesPerSecond: number): number {
  let [most, above, before] = [0, 0, 0];
  for (const { ms, bytes } of passed.toSorted((a, b) => a.ms - b.ms)) {
    above = Math.max(0, above - ((ms - before) * bytesPerSecond) / 1000) + bytes;
    before = ms;
    most = Math.max(most, above);
  }
  return most;
}

const bytesPerSecond = fc.integer({ min: 16 * KiB, max: 2 ** 40 });
/** Late by so many milliseconds: now and then the program is busy. */
const lateness = fc.array(fc.oneof(fc.constant(0), fc.double({ min: 0, max: 300, noNaN: true })), {
  minLength: 1,
});

test("in any time no more goes through than the rate, what is made up for, and a piece for each; and all of it does", async () => {
  await fc.assert(
    fc.asyncProperty(
      bytesPerSecond,
      lateness,
      fc.integer({ min: 1, max: 3 }),
      fc.array(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 30 }), {
        maxLength: 12,
      }),
      async (most, late, sharers, shares) => {
        let turn = 0;
        const clock = new RateTestClock(() => late[turn++ % late.length] ?? 0);
        const pace = sharedPace();
        const rates = Array.from({ length: sharers }, () => new Rate(most, pace, clock));
        const { piece } = rates[0] as Rate;
        const amounts = shares.map((of) => of.map((share) => Math.ceil(share * piece)));
        const passed = await letThrough(clock, rates, amounts);
        expect(sum(passed)).toBe(amounts.flat().reduce((all, bytes) => all + bytes, 0));
        expect(passed).toHaveLength(amounts.flat().length);
        // A nanosecond's worth for each that was rounded.
        const rounded = (passed.length * most) / 1e9;
        const bound = 0.1 * most + (sharers + 1) * piece + rounded + 1;
        expect(mostAbove(passed, most)).toBeLessThanOrEqual(bound);
      },
    ),
    { numRuns: 200 },
  );
});

test.each([
  ["500 KiB/s", 500 * KiB],
  ["10 MiB/s", 10 * MiB],
  ["1 GiB/s", 1024 * MiB],
])(
  "the rate is reached, to 3 %% in 5 s, and evenly, with timers that are late: %s",
  async (_, most) => {
    const clock = new RateTestClock(() => 1 + Math.random() * 10);
    const rate = new Rate(most, sharedPace(), clock);
    const pieces = Math.ceil((5 * most) / rate.piece / 8);
    const amounts = Array.from({ length: pieces }, () => rate.piece);
    const passed = await letThrough(
      clock,
      [rate],
      Array.from({ length: 8 }, () => amounts),
    );
    const { ms } = passed.at(-1) as Passed;
    expect(Math.abs(sum(passed) / most / (ms / 1000) - 1)).toBeLessThan(0.03);
    for (let from = 500; from < 4500; from += 250) {
      const within = passed.filter((one) => one.ms >= from && one.ms < from + 250);
      expect(Math.abs(sum(within) / (most / 4) - 1)).toBeLessThan(0.15);
    }
  },
);

describe("who shares a rate", () => {
  test("gets as much as the others, in several threads, too", async () => {
    const clock = new RateTestClock();
    const pace = sharedPace();
    const rates = [new Rate(MiB, pace, clock), new Rate(MiB, pace, clock)];
    const { piece } = rates[0] as Rate;
    const state = { stopped: false };
    const got = [0, 0, 0, 0];
    const all = got.map(async (_, at) => {
      while (!state.stopped) {
        await rates[at % 2]?.pass(piece);
        (got[at] as number) += piece;
        await new Promise(setImmediate);
      }
    });
    while (clock.ms < 4000) await clock.next();
    state.stopped = true;
    while (await clock.next());
    await Promise.all(all);
    const [least, most] = [Math.min(...got), Math.max(...got)];
    expect(most / least).toBeLessThan(1.1);
    expect(least / MiB).toBeGreaterThan(0.9);
  });

  test("waits for one piece of each connection, and not for all that they have to send", async () => {
    const clock = new RateTestClock();
    const rate = new Rate(MiB, sharedPace(), clock);
    const large = Array.from({ length: 8 }, () => Array.from({ length: 100 }, () => rate.piece));
    let [asked, answered] = [0, 0];
    const small = async () => {
      while (clock.ms < 2000) await new Promise(setImmediate);
      asked = clock.ms;
      await rate.pass(800);
      answered = clock.ms;
    };
    await Promise.all([letThrough(clock, [rate], large), small()]);
    expect(answered - asked).toBeLessThan(1.1 * ((9 * rate.piece * 1000) / MiB));
    expect(answered).toBeGreaterThan(0);
  });

  test("does not get what nobody took long ago", async () => {
    const clock = new RateTestClock();
    const rate = new Rate(MiB, sharedPace(), clock);
    await letThrough(clock, [rate], [[rate.piece]]);
    clock.rest(60_000);
    const begun = clock.ms;
    const passed = await letThrough(clock, [rate], [Array.from({ length: 64 }, () => rate.piece)]);
    const atOnce = passed.filter(({ ms }) => ms === begun);
    expect(sum(atOnce)).toBeLessThanOrEqual(0.1 * MiB + rate.piece);
  });
});

test("nothing is waited for when there is nothing to let through, and no timer runs when nobody waits", async () => {
  const clock = new RateTestClock();
  const rate = new Rate(16 * KiB, sharedPace(), clock);
  for (let turn = 0; turn < 100; turn++) expect(rate.pass(0)).toBeUndefined();
  await letThrough(clock, [rate], [[MiB, 1, 1]]);
  expect(clock.timers).toBe(0);
});

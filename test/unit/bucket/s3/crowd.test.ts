import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { Crowd } from "../../../../bucket/s3/crowd.ts";

/** A line: what one connection can carry, and all of them together; bytes in a millisecond. */
interface TestLine {
  one: number;
  all: number;
  /** Milliseconds that a connection takes to be made, with so many under way. */
  connects?: (underWay: number) => number;
}

/** Lets connections move bytes over a line for a while; returns the numbers there were, and all bytes. */
function carry(
  crowd: Crowd,
  clock: { ms: number },
  line: TestLine,
  seconds: number,
  noise = () => 1,
) {
  const numbers: number[] = [];
  let bytes = 0;
  let open = 0;
  const end = clock.ms + seconds * 1000;
  while (clock.ms < end) {
    const { number } = crowd;
    for (; open < number; open++) crowd.connected(line.connects?.(number) ?? 30);
    open = number;
    clock.ms += 50;
    const rate = Math.min(line.all, line.one * number) * noise();
    for (let at = 0; at < number; at++) crowd.moved((rate * 50) / number, number);
    bytes += rate * 50;
    numbers.push(crowd.number);
  }
  return { numbers, bytes };
}

function scene(base: number, most = 32) {
  const clock = { ms: 0 };
  return { clock, crowd: new Crowd(() => clock.ms, base, most) };
}

describe("the number of large requests", () => {
  test("grows where each connection carries little, to what there may be", () => {
    const { clock, crowd } = scene(1);
    carry(crowd, clock, { one: 60, all: 125_000 }, 15);
    expect(crowd.number).toBe(32);
    expect(crowd.isSlow).toBe(true);
  });

  test("stays where the line is full, but for short trials", () => {
    const { clock, crowd } = scene(8);
    const { numbers } = carry(crowd, clock, { one: 1000, all: 1000 }, 120);
    expect(numbers.filter((number) => number !== 8).length).toBeLessThan(numbers.length * 0.15);
    expect(Math.max(...numbers)).toBe(16);
  });

  test("is about what a line needs: nine tenths of it are used, and not twice as many are under way", () => {
    const line = fc.record({
      one: fc.double({ min: 10, max: 5000, noNaN: true }),
      needs: fc.double({ min: 1, max: 32, noNaN: true }),
    });
    fc.assert(
      fc.property(line, fc.constantFrom(1, 8), ({ one, needs }, base) => {
        const { clock, crowd } = scene(base);
        carry(crowd, clock, { one, all: one * needs }, 20);
        const { bytes, numbers } = carry(crowd, clock, { one, all: one * needs }, 60);
        expect(bytes / (60_000 * one * needs)).toBeGreaterThan(0.8);
        const mean = numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
        expect(mean).toBeLessThan(Math.max(base, 2 * needs) * 1.25);
      }),
    );
  });

  test("is found in spite of a rate that goes up and down", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.8, max: 1.2, noNaN: true }), { minLength: 500 }),
        (noise) => {
          const { clock, crowd } = scene(1);
          let turn = 0;
          const rough = () => noise[turn++ % noise.length] ?? 1;
          const { numbers } = carry(crowd, clock, { one: 100, all: 100_000 }, 40, rough);
          expect(Math.max(...numbers)).toBe(32);
        },
      ),
    );
  });

  test("does not grow at the cost of others: new connections wait in a queue", () => {
    const { clock, crowd } = scene(8);
    // Another program has eight: as many again of our own would have more of it.
    const shared = (number: number) => (1000 * number) / (number + 8);
    for (let turn = 0; turn < 60; turn++) {
      const line = {
        one: 1000,
        all: shared(crowd.number),
        connects: (n: number) => (n > 8 ? 400 : 30),
      };
      carry(crowd, clock, line, 1);
    }
    expect(crowd.number).toBe(8);
  });

  test("becomes less when fewer do as well", () => {
    const { clock, crowd } = scene(8);
    carry(crowd, clock, { one: 10, all: 100_000 }, 20);
    expect(crowd.number).toBe(32);
    carry(crowd, clock, { one: 1000, all: 1000 }, 120);
    expect(crowd.number).toBeLessThanOrEqual(16);
  });

  test("does not change while not all that may be under way are, or nothing moves", () => {
    const { clock, crowd } = scene(8);
    for (let turn = 0; turn < 1000; turn++) {
      clock.ms += 50;
      expect(crowd.moved(1000 * turn, 7)).toBe(false);
    }
    expect(crowd.number).toBe(8);
  });

  test("grows in spite of the gaps between one request and the next", () => {
    const { clock, crowd } = scene(8);
    for (let turn = 0; clock.ms < 20_000; turn++) {
      clock.ms += 25;
      crowd.moved(crowd.number * 1000, crowd.number - (turn % 8 < 2 ? 3 : 0));
    }
    expect(crowd.number).toBe(32);
  });

  test("is what is settled: a bound, or another base", () => {
    const { clock, crowd } = scene(1);
    crowd.base = 4;
    expect([crowd.number, crowd.isSlow]).toEqual([4, false]);
    carry(crowd, clock, { one: 10, all: 100_000 }, 20);
    crowd.base = 1;
    expect(crowd.number).toBe(32);
    crowd.forget();
    expect(crowd.number).toBe(1);
    crowd.bound(2);
    carry(crowd, clock, { one: 10, all: 100_000 }, 20);
    expect(crowd.number).toBe(2);
  });
});

import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { backOff } from "../../../../bucket/flow/back-off.ts";

const anyBackOff = fc.record(
  {
    firstMs: fc.integer({ min: 1, max: 10_000 }),
    maxMs: fc.integer({ min: 10_000, max: 100_000 }),
    factor: fc.double({ min: 1, max: 10, noNaN: true }),
    jitter: fc.double({ min: 0, max: 1, noNaN: true }),
  },
  { requiredKeys: ["firstMs", "maxMs"] },
);
const share = fc.double({ min: 0, max: 1, noNaN: true });

test("waits grow from the first to the longest, however many there are", () => {
  fc.assert(
    fc.property(anyBackOff, fc.nat(5000), (delays, waits) => {
      const [ms, next] = [backOff(delays, waits), backOff(delays, waits + 1)];
      expect(ms).toBeGreaterThanOrEqual(delays.firstMs);
      expect(next).toBeGreaterThanOrEqual(ms);
      expect(next).toBeLessThanOrEqual(delays.maxMs);
      expect(backOff(delays, 0)).toBe(delays.firstMs);
    }),
  );
});

test("chance shortens a wait by the share that is left to it, and by no more", () => {
  fc.assert(
    fc.property(anyBackOff, fc.nat(50), share, (delays, waits, random) => {
      const longest = backOff(delays, waits);
      const ms = backOff(delays, waits, random);
      expect(ms).toBeLessThanOrEqual(longest);
      expect(ms).toBeGreaterThanOrEqual(Math.floor(longest * (1 - (delays.jitter ?? 0))) - 1);
      expect(backOff({ ...delays, jitter: 0 }, waits, random)).toBe(longest);
    }),
  );
});

describe("by example", () => {
  test.each([
    [{ firstMs: 500, maxMs: 60_000 }, 1, [500, 1000, 2000, 4000, 8000, 16_000, 32_000, 60_000]],
    [{ firstMs: 500, maxMs: 60_000, jitter: 0.5 }, 0, [250, 500, 1000, 2000]],
    [{ firstMs: 50, maxMs: 200, jitter: 1 }, 0.5, [25, 50, 100, 100]],
    [{ firstMs: 400, maxMs: 900, factor: 1.5 }, 1, [400, 600, 900, 900]],
  ])("%j, with chance %d", (delays, random, expected) => {
    expect(expected.map((_, waits) => backOff(delays, waits, random))).toEqual(expected);
  });
});

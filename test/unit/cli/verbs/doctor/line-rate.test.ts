import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { LARGEST, RATE_MS, rateDown, rateUp } from "../../../../../cli/verbs/doctor/line-rate.ts";

/** A line of so many bytes a second, which requests at once share, on a clock of its own. */
function lineOf(bytesPerSecond: number, latencyMs: number) {
  let now = 0;
  let busyUntil = 0;
  const sent: number[] = [];
  const wait = async (bytes: number) => {
    busyUntil = Math.max(busyUntil, now) + (bytes / bytesPerSecond) * 1000;
    const until = busyUntil + latencyMs;
    await Promise.resolve();
    now = Math.max(now, until);
  };
  return {
    elapsed: () => now,
    sent,
    send: async (_stream: number, bytes: number) => {
      sent.push(bytes);
      await wait(bytes);
    },
    read: (size: number) => async (sink: (bytes: Buffer) => unknown) => {
      sent.push(size);
      for (let left = size; left > 0; left -= 16384) {
        await wait(Math.min(left, 16384));
        sink(Buffer.alloc(Math.min(left, 16384)));
      }
    },
  };
}

const lines = [fc.double({ min: 2_000, max: 1.25e9, noNaN: true }), fc.nat(300)] as const;

test("on any line it ends soon, is not dear, and is not far from the truth", async () => {
  await fc.assert(
    fc.asyncProperty(...lines, async (rate, latency) => {
      const line = lineOf(rate, latency);
      const { bytes, ms } = await rateUp(line.elapsed, line.send);
      // The smallest round is made on every line.
      expect(line.elapsed()).toBeLessThanOrEqual(
        Math.max(RATE_MS, latency + 16_384_000 / rate) + 1,
      );
      expect(line.sent.length).toBeLessThanOrEqual(12);
      expect(line.sent.reduce((sum, one) => sum + one)).toBeLessThan(22 << 20);
      const found = (bytes / ms) * 1000;
      expect(found).toBeLessThanOrEqual(rate * 1.01);
      // With what a round takes to be answered.
      expect(found).toBeGreaterThanOrEqual(bytes / (bytes / rate + (latency + 1) / 1000) / 1.01);
    }),
  );
});

test("down, a slow response is ended, and what came of it counts", async () => {
  await fc.assert(
    fc.asyncProperty(...lines, fc.boolean(), async (rate, _, isLarge) => {
      const line = lineOf(rate, 0);
      const size = isLarge ? LARGEST : 16_384;
      const { bytes, ms } = await rateDown(line.elapsed, line.read(size));
      expect(line.elapsed()).toBeLessThanOrEqual(RATE_MS + 1 + (5 * 16_384_000) / rate);
      expect(line.sent.length).toBeLessThanOrEqual(5);
      expect((bytes / ms) * 1000).toBeLessThanOrEqual(rate * 1.01);
      expect((bytes / ms) * 1000).toBeGreaterThan(Math.min(rate, bytes * 1000) / 2);
    }),
  );
});

test("on 512 kbit/s it says so within seconds", async () => {
  const line = lineOf(64_000, 80);
  const { bytes, ms } = await rateUp(line.elapsed, line.send);
  expect((bytes / ms) * 1000).toBeGreaterThan(55_000);
  expect(line.elapsed()).toBeLessThan(2_000);
});

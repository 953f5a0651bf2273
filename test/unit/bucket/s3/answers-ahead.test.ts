import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { AnswersAhead } from "../../../../bucket/s3/answers-ahead.ts";

const PIECE = 8 * 1024 * 1024;

function scene() {
  let ms = 0;
  const ahead = new AnswersAhead(() => ms, PIECE);
  /** Lets bytes come for a while. @param rate in a millisecond */
  const come = (rate: number, milliseconds: number) => {
    for (const end = ms + milliseconds; ms < end; ms += 5) ahead.heard(rate * 5);
  };
  return { ahead, come, pass: (milliseconds: number) => void (ms += milliseconds) };
}

test("as many as come in the time that an answer takes, on any line", () => {
  const rates = fc.integer({ min: 1, max: 2_000_000 });
  const times = fc.integer({ min: 1, max: 400 });
  fc.assert(
    fc.property(rates, times, (rate, latency) => {
      const { ahead, come } = scene();
      come(rate, 200);
      expect(ahead.piecesIn(latency)).toBe(Math.round((rate * latency) / PIECE));
    }),
  );
});

test("none on a line that is slow or near, and none before something is known", () => {
  const far = scene();
  far.come(10_000, 1000);
  expect(far.ahead.piecesIn(300)).toBe(0);
  const near = scene();
  expect(near.ahead.piecesIn(300)).toBe(0);
  near.come(2_000_000, 1000);
  expect(near.ahead.piecesIn(1)).toBe(0);
  expect(near.ahead.piecesIn(undefined)).toBe(0);
  expect(near.ahead.piecesIn(Number.POSITIVE_INFINITY)).toBe(0);
});

test("a pause changes little, and a line that becomes slow much", () => {
  const { ahead, come, pass } = scene();
  come(1_000_000, 1000);
  const before = ahead.piecesIn(100);
  expect(before).toBeGreaterThanOrEqual(12);
  pass(200);
  come(1_000_000, 50);
  expect(ahead.piecesIn(100)).toBeGreaterThanOrEqual(before - 1);
  come(1000, 5000);
  expect(ahead.piecesIn(100)).toBe(0);
});

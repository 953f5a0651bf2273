import { expect, test } from "@jest/globals";
import { LIMITS } from "../../../../bucket/machine.ts";
import { LargeTransfers } from "../../../../bucket/s3/large-transfers.ts";
import { Line } from "../../../../bucket/s3/line.ts";
import { RequestLimit } from "../../../../bucket/s3/request-limit.ts";

const MiB = 1024 * 1024;

/** Each connection brings as much as any other, however many there are. */
function scene(most?: number) {
  let ms = 0;
  const large = new LargeTransfers(() => ms, LIMITS);
  const { parts } = LIMITS;
  const limit = new RequestLimit({ start: parts, low: parts, max: parts });
  const small = new RequestLimit(LIMITS.requests);
  large.govern({ small, large: limit }, most);
  const line = new Line(() => ms, undefined, large.crowds);
  const pass = (seconds: number, move: () => void) => {
    for (const end = ms + seconds * 1000; ms < end; ms += 20) move();
  };
  return { large, limit, small, line, pass };
}

test("ranges become as many as bring more together, and the limit of large requests follows", async () => {
  const { large, limit, line, pass } = scene();
  for (let at = 0; at < LIMITS.partsMost; at++) void large.rangeSlots.take(1);
  expect([large.rangeSlots.inUse, limit.limit]).toEqual([8, 8]);
  pass(20, () => line.heard(1000 * large.rangeSlots.inUse));
  expect([large.rangeSlots.inUse, limit.limit]).toEqual([32, 32]);
});

test("parts, too, of which each takes longer than 20 s: with buffers that fit into the memory of eight", async () => {
  const { large, limit, line, pass } = scene();
  let underWay = 0;
  const forever = () => new Promise<void>(() => void (underWay += 1));
  for (let at = 0; at < LIMITS.partsMost; at++)
    void line.uploads.run(8 * MiB, forever, () => false);
  await new Promise(setImmediate);
  expect([underWay, large.window]).toEqual([1, 8 * MiB]);
  for (let turn = 0; turn < 30; turn++) {
    pass(1, () => line.sent(1000 * underWay));
    await new Promise(setImmediate);
  }
  expect([underWay, limit.limit]).toEqual([32, 32]);
  expect(large.window * LIMITS.partsMost).toBeLessThan(LIMITS.bufferBytes);
});

test("where answers take long on a fast line, ranges are asked for before they can come, and large requests follow", () => {
  const { large, limit, small, line, pass } = scene();
  for (let at = 0; at < LIMITS.partsMost; at++) void large.rangeSlots.take(1);
  small.learn(30);
  pass(1, () => line.heard(20 * MiB));
  expect([large.rangeSlots.inUse, limit.limit]).toEqual([12, 12]);
  small.learn(1);
  pass(1, () => line.heard(20 * MiB));
  expect(limit.limit).toBe(8);
});

test("never more than there may be", () => {
  const { large, limit, small, line, pass } = scene();
  small.learn(300);
  pass(1, () => line.heard(40 * MiB));
  expect([large.crowds.down.number, limit.limit]).toEqual([8, LIMITS.partsMost]);
});

test("under a limit of rate they do not", () => {
  const { large, limit, small, line, pass } = scene(2);
  for (let at = 0; at < LIMITS.partsMost; at++) void large.rangeSlots.take(1);
  small.learn(30);
  pass(20, () => line.heard(20 * MiB));
  expect([large.crowds.down.number, limit.limit]).toEqual([2, 2]);
});

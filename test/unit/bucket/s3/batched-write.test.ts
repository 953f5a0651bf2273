import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { BatchedWrite } from "../../../../bucket/s3/batched-write.ts";

const RECORD = 16 * 1024;

/** Adds pieces in memory that is used again, and writes into a file of which each write ends later. */
async function writeAll(lengths: readonly number[], position: number) {
  const total = lengths.reduce((sum, length) => sum + length, 0);
  const source = Buffer.alloc(total, "abcdefghijklmnopqrstuvwxyz0123456789");
  const file = Buffer.alloc(position + total);
  const writes: number[] = [];
  const batched = new BatchedWrite(
    (bytes, at) => {
      writes.push(bytes.length);
      const own = Buffer.from(bytes);
      return new Promise((resolve) =>
        setImmediate(() => {
          own.copy(file, at);
          resolve();
        }),
      );
    },
    position,
    position + total,
  );
  let at = 0;
  for (const length of lengths) {
    const lent = Buffer.from(source.subarray(at, at + length));
    const wait = batched.add(lent);
    lent.fill("!");
    await wait;
    at += length;
  }
  await batched.end();
  expect(file.subarray(position).equals(source)).toBe(true);
  return writes;
}

test("whatever the pieces, everything is written where it belongs", async () => {
  const length = fc.oneof(fc.nat(200), fc.constantFrom(RECORD - 1, RECORD, RECORD + 1, 300_000));
  await fc.assert(
    fc.asyncProperty(fc.array(length, { maxLength: 20 }), fc.nat(5), async (lengths, position) => {
      await writeAll(lengths, position);
    }),
  );
});

test("short pieces are written together, long ones and a single last one as they come", async () => {
  expect(
    await writeAll(
      Array.from({ length: 20 }, () => RECORD),
      0,
    ),
  ).toEqual([8 * RECORD, 8 * RECORD, 4 * RECORD]);
  expect(await writeAll([RECORD, 100_000, 5], 7)).toEqual([RECORD, 100_000, 5]);
  expect(await writeAll([10], 0)).toEqual([10]);
});

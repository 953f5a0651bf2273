import { createHash, randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { afterEach, expect, jest, test } from "@jest/globals";
import * as fc from "fast-check";
import { Disk } from "../../../../bucket/disk/disk.ts";
import { BufferPool } from "../../../../bucket/s3/buffer-pool.ts";
import { filePart } from "../../../../bucket/s3/file-part.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

const MiB = 1024 * 1024;

afterEach(() => void jest.useRealTimers());

test("memory stays within the pool's maximum whatever sizes are asked for", async () => {
  const pool = new BufferPool(8 * MiB);
  let [lent, most] = [0, 0];
  const sizes = Array.from(
    { length: 200 },
    (_, index) => [1, 70_000, MiB, 3 * MiB, 8 * MiB][index % 5]!,
  );
  await Promise.all(
    sizes.map((size) =>
      pool.use(size, async (buffer) => {
        expect(buffer.length).toBe(size);
        lent += size;
        most = Math.max(most, lent);
        await Promise.resolve();
        expect(pool.allocated).toBeLessThanOrEqual(8 * MiB);
        lent -= size;
      }),
    ),
  );
  expect(most).toBeLessThanOrEqual(8 * MiB);
});

test("memory is given up when nothing of it was lent for a while", async () => {
  jest.useFakeTimers();
  const pool = new BufferPool(8 * MiB);
  await pool.use(MiB, async () => undefined);
  jest.advanceTimersByTime(999);
  expect(pool.allocated).toBe(8 * MiB);
  await pool.use(MiB, async () => jest.advanceTimersByTime(1));
  expect(pool.allocated).toBe(8 * MiB);
  jest.advanceTimersByTime(1000);
  expect(pool.allocated).toBe(0);
});

test("a buffer is used again", async () => {
  const pool = new BufferPool(MiB);
  const places = new Set<string>();
  const memories = new Set<ArrayBufferLike>();
  const note = async ({ buffer, byteOffset }: Buffer) => {
    memories.add(buffer);
    places.add(String(byteOffset));
  };
  for (let index = 0; index < 10; index++) await pool.use(5000, note);
  await expect(
    pool.use(6000, async () => {
      throw new Error("x");
    }),
  ).rejects.toThrow("x");
  await pool.use(7000, note);
  expect([memories.size, places.size]).toEqual([1, 1]);
});

test("parts that are one time large and one time small, or come one after the other, make no memory anew", async () => {
  const pool = new BufferPool(72 * MiB);
  const memories = new Set<ArrayBufferLike>();
  const note = async ({ buffer }: Buffer) => {
    memories.add(buffer);
    await Promise.resolve();
  };
  for (let round = 0; round < 20; round++) {
    const [size, count] = round % 2 === 0 ? [8 * MiB, 8] : [2 * MiB, 32];
    await Promise.all(Array.from({ length: count }, () => pool.use(size, note)));
    await pool.use(size, note);
  }
  expect(memories.size).toBe(8);
});

test("whatever is lent at a time, in whatever order it comes back, lies apart, in not much more memory", async () => {
  const step = fc.record({ size: fc.integer({ min: 1, max: 8 * MiB }), returns: fc.nat() });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 200 }), async (steps) => {
      const max = 32 * MiB;
      const pool = new BufferPool(max);
      const lent: { bytes: Buffer; end: () => void; ended: Promise<void> }[] = [];
      const giveBack = async (at: number) => {
        const [one] = lent.splice(at, 1);
        one?.end();
        await one?.ended;
      };
      let sum = 0;
      const roomOf = (size: number) => 2 ** Math.max(12, Math.ceil(Math.log2(size)));
      for (const { size, returns } of steps) {
        while (sum + roomOf(size) > max) {
          const at = returns % lent.length;
          sum -= roomOf(lent[at]?.bytes.length ?? 0);
          await giveBack(at);
        }
        sum += roomOf(size);
        let end = () => {};
        const over = new Promise<void>((resolve) => (end = resolve));
        let ended = Promise.resolve();
        const bytes = await new Promise<Buffer>((has) => {
          ended = pool.use(size, (buffer) => (has(buffer), over));
        });
        expect(bytes.length).toBe(size);
        const { buffer, byteOffset } = bytes;
        for (const { bytes: other } of lent) {
          const isApart =
            other.buffer !== buffer ||
            other.byteOffset >= byteOffset + size ||
            byteOffset >= other.byteOffset + other.length;
          expect(isApart).toBe(true);
        }
        lent.push({ bytes, end, ended });
        expect(pool.allocated).toBeLessThanOrEqual(2 * max);
      }
      while (lent.length > 0) await giveBack(0);
    }),
  );
});

test("a part larger than its window is sent through it, any number of times", async () => {
  const path = join(temporaryFolder(), "file");
  const bytes = randomBytes(3 * MiB + 11);
  writeFileSync(path, bytes);
  const file = await open(path, "r");
  try {
    const range = { disk: new Disk(), file: file.fd, path, start: 5, length: 3 * MiB };
    const expected = bytes.subarray(5, 5 + 3 * MiB);
    const body = await filePart(range, Buffer.alloc(700_000));
    expect(body.length).toBe(expected.length);
    expect(body.crc32).toBe(crc32(expected));
    expect(await body.sha256()).toBe(createHash("sha256").update(expected).digest("hex"));
    for (const _ of [1, 2]) {
      const pieces: Buffer[] = [];
      for await (const piece of body.content() as AsyncIterable<Uint8Array>)
        pieces.push(Buffer.from(piece));
      expect(Buffer.concat(pieces).equals(expected)).toBe(true);
    }
  } finally {
    await file.close();
  }
});

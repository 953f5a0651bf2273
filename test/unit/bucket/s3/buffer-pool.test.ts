import { createHash, randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { afterEach, expect, jest, test } from "@jest/globals";
import * as fc from "fast-check";
import { Disk } from "../../../../bucket/disk/disk.ts";
import { Budget, type Owner } from "../../../../bucket/flow/budget.ts";
import { LIMITS } from "../../../../bucket/machine.ts";
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

/** A pool whose tasks end when they are told to. */
function trial(max: number, beyond = 0) {
  const pool = new BufferPool(max, beyond);
  const lent: { bytes: Buffer; end: () => void }[] = [];
  const counts = { asked: 0, over: 0, most: 0 };
  const ask = async (size: number, owner?: Owner) => {
    counts.asked += 1;
    await pool.use(
      size,
      (bytes) =>
        new Promise<void>((end) => {
          lent.push({ bytes, end });
          counts.most = Math.max(counts.most, pool.allocated);
        }),
      owner,
    );
    counts.over += 1;
  };
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  const endOne = async (at: number) => {
    lent.splice(at, 1)[0]?.end();
    await settle();
  };
  return { lent, counts, ask, settle, endOne };
}

function areApart(pieces: readonly Buffer[]): boolean {
  return pieces.every(({ buffer, byteOffset, length }, index) =>
    pieces
      .slice(0, index)
      .every(
        (other) =>
          other.buffer !== buffer ||
          other.byteOffset >= byteOffset + length ||
          byteOffset >= other.byteOffset + other.length,
      ),
  );
}

test("of whatever sizes, for whomever, in whatever order it comes back: pieces lie apart in so many slabs, and all tasks are run", async () => {
  const owners = [undefined, {}, {}];
  const asks = fc.record({
    size: fc.oneof(fc.constantFrom(1, MiB, 4 * MiB, 8 * MiB), fc.integer({ min: 0, max: 8 * MiB })),
    times: fc.integer({ min: 1, max: 30 }),
    owner: fc.constantFrom(...owners),
    ends: fc.array(fc.nat(), { maxLength: 30 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(asks, { maxLength: 12 }), async (rounds) => {
      const { lent, counts, ask, settle, endOne } = trial(30 * MiB, 3 * MiB);
      for (const { size, times, owner, ends } of rounds) {
        for (let time = 0; time < times; time++) void ask(size, owner);
        await settle();
        expect(areApart(lent.map(({ bytes }) => bytes))).toBe(true);
        for (const end of ends) if (lent.length > 0) await endOne(end % lent.length);
      }
      for (let at = 0; lent.length > 0; at += 5) await endOne(at % lent.length);
      expect(counts.over).toBe(counts.asked);
      expect(counts.most).toBeLessThanOrEqual(40 * MiB);
    }),
  );
});

test("beside small files and parts by turns, which end in another order, the slabs are no more than the limits say", async () => {
  const { bufferBytes, beyond, parts, flight } = LIMITS;
  for (const jitter of [1, 8, 16, 32]) {
    const numbers = fc.sample(fc.nat(jitter - 1), { numRuns: 1000, seed: 1 });
    const { lent, counts, ask, settle, endOne } = trial(bufferBytes, beyond.bytes);
    const slots = new Budget(parts);
    const files = [...Array<number>(100).fill(1), 8, 8];
    const plan = Array.from({ length: 6 }, () => files).flat();
    let inFlight = 0;
    const send = async (file: number) => {
      if (file === 1) return ask(MiB);
      const part = () => slots.spend(1, () => ask(8 * MiB));
      await Promise.all(Array.from({ length: file }, part));
    };
    while (plan.length > 0 || inFlight > 0) {
      for (let file = plan[0]; file && inFlight + 4 * file <= flight; file = plan[0]) {
        const cost = 4 * file;
        inFlight += cost;
        plan.shift();
        void send(file).then(() => (inFlight -= cost));
      }
      await settle();
      expect(lent.length + plan.length + inFlight).toBeGreaterThan(0);
      await endOne((numbers[counts.over] ?? 0) % Math.max(1, lent.length));
    }
    expect(counts.over).toBe(6 * (100 + 2 * 8));
    expect(counts.most).toBeLessThanOrEqual(80 * MiB);
  }
});

test("a part that finds no whole slab waits, its own and others' small ones after it, but not one that has nothing", async () => {
  const [ada, bob] = [{}, {}];
  const { lent, counts, ask, settle, endOne } = trial(16 * MiB);
  for (let at = 0; at < 16; at++) void ask(MiB, at < 13 ? ada : bob);
  await settle();
  // One in each slab is left, of either owner.
  for (let at = 0; at < 14; at++) await endOne(1);
  const sizes = () => lent.map(({ bytes }) => bytes.length / MiB);
  expect(sizes()).toEqual([1, 1]);
  void ask(8 * MiB, ada);
  void ask(MiB, ada);
  void ask(MiB, bob);
  await settle();
  expect(sizes()).toEqual([1, 1]);
  void ask(2 * MiB);
  await settle();
  expect(sizes()).toEqual([1, 1, 2]);
  await endOne(1);
  // bob has nothing now.
  expect([sizes(), counts.most]).toEqual([[1, 2, 1, 8, 1], 16 * MiB]);
});

test("more than a slab is refused, and a task that fails gives its piece back", async () => {
  const pool = new BufferPool(8 * MiB);
  const fails = async () => {
    throw new Error("task");
  };
  await expect(pool.use(8 * MiB + 1, async () => undefined)).rejects.toThrow(RangeError);
  await expect(pool.use(8 * MiB, fails)).rejects.toThrow("task");
  expect(await pool.use(8 * MiB, async (buffer) => buffer.length)).toBe(8 * MiB);
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

import { createHash, randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { expect, test } from "@jest/globals";
import { Disk } from "../../../../bucket/disk/disk.ts";
import { BufferPool } from "../../../../bucket/s3/buffer-pool.ts";
import { filePart } from "../../../../bucket/s3/file-part.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

const MiB = 1024 * 1024;

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
  // Large ones are not kept for later.
  expect(pool.allocated).toBeLessThanOrEqual(2 * MiB);
});

test("a buffer is used again", async () => {
  const pool = new BufferPool(MiB);
  for (let index = 0; index < 10; index++) await pool.use(5000, async () => undefined);
  expect(pool.allocated).toBe(8 * 1024);
  await expect(
    pool.use(6000, async () => {
      throw new Error("x");
    }),
  ).rejects.toThrow("x");
  expect(pool.allocated).toBe(8 * 1024);
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

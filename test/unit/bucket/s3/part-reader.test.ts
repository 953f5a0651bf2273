import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { closeSync, openSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { crc32 } from "node:zlib";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { build } from "esbuild";
import { PartReader } from "../../../../bucket/s3/part-reader.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

const content = randomBytes(1_000_003);
let path: string;
let file: number;
let reader: PartReader;

beforeEach(() => {
  path = join(temporaryFolder(), "large");
  writeFileSync(path, content);
  file = openSync(path, "r");
  reader = new PartReader(0);
});
afterEach(() => {
  reader.close();
  closeSync(file);
});

/** Asks until a thread is ready. */
async function read(order: { position: number; bytes: Buffer<SharedArrayBuffer>; file?: number }) {
  for (;;) {
    const reading = reader.read({ file, path, ...order });
    if (reading) return reading;
    await new Promise(setImmediate);
  }
}

const room = (length: number) => Buffer.from(new SharedArrayBuffer(length));

test("pieces are read side by side, each into its own memory, with their CRC32", async () => {
  const pieces = Array.from({ length: 8 }, (_, index) => ({
    position: index * 100_000,
    bytes: room(250_000 + index),
  }));
  const sums = await Promise.all(pieces.map((piece) => read(piece)));
  for (const [index, { position, bytes }] of pieces.entries()) {
    const expected = content.subarray(position, position + bytes.length);
    expect(bytes.equals(expected)).toBe(true);
    expect(sums[index]).toBe(crc32(expected));
  }
});

test("a file that is shorter by then is an error that names it", async () => {
  const asked = read({ position: content.length - 10, bytes: room(11) });
  await expect(asked).rejects.toMatchObject({
    code: "transfer",
    message: `${path}: became shorter while it was read`,
  });
});

test("a file that cannot be read is an error that names it, and others are read all the same", async () => {
  const [bad, good] = await Promise.allSettled([
    read({ file: 9999, position: 0, bytes: room(10) }),
    read({ position: 0, bytes: room(10) }),
  ]);
  expect(bad).toMatchObject({ reason: { code: "transfer" } });
  expect(String((bad as PromiseRejectedResult).reason)).toContain(path);
  expect(good).toMatchObject({ value: crc32(content.subarray(0, 10)) });
});

test("threads that end fail what they had to read; later there are new ones", async () => {
  await read({ position: 0, bytes: room(5) });
  // More than a thread reads before it is told to end.
  const bytes = room(1_000_000);
  const asked = Array.from({ length: 200 }, async () =>
    reader.read({ file, path, position: 0, bytes }),
  );
  reader.close();
  const outcomes = await Promise.allSettled(asked);
  expect(outcomes.at(-1)).toMatchObject({ reason: { message: "the reading thread ended" } });
  expect(await read({ position: 0, bytes: room(5) })).toBe(crc32(content.subarray(0, 5)));
});

test("no thread is begun before there is much to read", async () => {
  reader = new PartReader(1_000_000);
  for (let order = 0; order < 9; order++) {
    expect(reader.read({ file, path, position: 0, bytes: room(100_000) })).toBeUndefined();
    await new Promise(setImmediate);
  }
  expect(await read({ position: 0, bytes: room(100_000) })).toBe(
    crc32(content.subarray(0, 100_000)),
  );
});

test("a program ends although a thread was begun, used or not", async () => {
  for (const bytes of [1, 40]) {
    const bundle = await build({
      stdin: {
        contents: `
          import { PartReader } from "./part-reader.ts";
          import { openSync } from "node:fs";
          const reader = new PartReader(0);
          const file = openSync(process.execPath, "r");
          async function main() {
            for (let order = 0; order < ${bytes}; order++) {
              const bytes = Buffer.from(new SharedArrayBuffer(100_000));
              await reader.read({ file, path: "x", position: 0, bytes });
              // The thread needs time to be there; nothing tells when it is.
              await new Promise((resolve) => setTimeout(resolve, 5));
            }
          }
          void main();`,
        resolveDir: fileURLToPath(new URL("../../../../bucket/s3", import.meta.url)),
        loader: "ts",
      },
      bundle: true,
      platform: "node",
      write: false,
    });
    const program = spawn(process.execPath, ["-e", bundle.outputFiles[0]?.text ?? ""]);
    expect(await once(program, "exit")).toEqual([0, null]);
  }
}, 20_000);

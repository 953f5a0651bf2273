import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { describe, expect, test } from "@jest/globals";
import { replaceFile, replaceWith } from "../../../../bucket/disk/replace-file.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

const OLD = "old ".repeat(100_000);
const NEW = "new ".repeat(100_000);

function oldFile() {
  const folder = temporaryFolder();
  const path = join(folder, "file");
  writeFileSync(path, OLD);
  return { folder, path };
}

describe.each([false, true])("durable: %s", (durable) => {
  test("whoever reads meanwhile reads the old text or the new one", async () => {
    const { folder, path } = oldFile();
    const read = new Set<string>();
    const over = new AbortController();
    // In another thread, while this one writes.
    const reading = (async () => {
      while (!over.signal.aborted) read.add(await readFile(path, "utf8"));
    })();
    for (let n = 0; n < 20; n++) {
      await replaceFile(path, n % 2 ? NEW : OLD, { durable });
      await setImmediate();
    }
    over.abort();
    await reading;
    expect(read.size).toBeGreaterThan(0);
    expect([...read].filter((text) => text !== OLD && text !== NEW)).toEqual([]);
    expect(readFileSync(path, "utf8")).toBe(NEW);
    expect(readdirSync(folder)).toEqual(["file"]);
  });

  test("is the owner's alone, unless another mode is given", async () => {
    const { path } = oldFile();
    chmodSync(path, 0o666);
    await replaceFile(path, NEW, { durable });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    await replaceFile(path, NEW, { durable, mode: 0o400 });
    expect(statSync(path).mode & 0o777).toBe(0o400);
  });

  test("what cannot be put in its place leaves nothing behind", async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "file", "below"), { recursive: true });
    await expect(replaceFile(join(folder, "file"), NEW, { durable })).rejects.toThrow(
      /EISDIR|ENOTEMPTY|EEXIST/,
    );
    expect(readdirSync(folder)).toEqual(["file"]);
  });
});

test("several files of a folder may share what makes its changes last", async () => {
  const { path } = oldFile();
  const seen: string[] = [];
  await replaceFile(path, NEW, {
    durable: async () => void seen.push(readFileSync(path, "utf8")),
  });
  // Once, and after the new one is in its place.
  expect(seen).toEqual([NEW]);
});

test("what fails half-way leaves the old file, and nothing beside it", async () => {
  const { folder, path } = oldFile();
  const torn = replaceWith(path, async (beside) => {
    await writeFile(beside, "ne");
    throw new Error("the disk is full");
  });
  await expect(torn).rejects.toThrow("the disk is full");
  expect(readFileSync(path, "utf8")).toBe(OLD);
  expect(readdirSync(folder)).toEqual(["file"]);
});

test("bytes at the beginning may be made of those that come after them", async () => {
  const { folder, path } = oldFile();
  const some = Buffer.alloc(2);
  let sum = 0;
  function* pieces() {
    // The same memory each time.
    for (const text of ["ab", "cd"]) {
      some.write(text);
      sum += some.readUInt16BE();
      yield some;
    }
  }
  await replaceFile(path, pieces(), { first: { length: 6, make: () => Buffer.from(`${sum}\n`) } });
  expect(readFileSync(path, "utf8")).toBe(`${0x6162 + 0x6364}\nabcd`);
  expect(readdirSync(folder)).toEqual(["file"]);
});

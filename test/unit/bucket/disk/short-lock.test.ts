import { existsSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { withLock } from "../../../../bucket/disk/short-lock.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

test("of many who add to a file, none takes away what another has added", async () => {
  const file = join(temporaryFolder(), "made", "file");
  const add = (word: string) =>
    withLock(`${file}.lock`, async () => {
      const text = await readFile(file, "utf8").catch(() => "");
      await writeFile(file, `${text}${word}\n`);
    });
  const words = Array.from({ length: 20 }, (_, n) => `${n}`);
  await Promise.all(words.map(add));
  expect(readFileSync(file, "utf8").trim().split("\n").toSorted()).toEqual(words.toSorted());
  expect(existsSync(`${file}.lock`)).toBe(false);
});

test("a lock that was left behind keeps nobody out, and lets in one at a time", async () => {
  const lock = join(temporaryFolder(), "lock");
  writeFileSync(lock, "");
  utimesSync(lock, 1, 1);
  const counts: number[] = [];
  let inside = 0;
  const work = async () => {
    counts.push((inside += 1));
    await stat(lock);
    inside -= 1;
  };
  await Promise.all(Array.from({ length: 20 }, () => withLock(lock, work)));
  expect(counts).toEqual(Array.from({ length: 20 }, () => 1));
});

test("a lock that others took over from slow work stays theirs", async () => {
  const lock = join(temporaryFolder(), "lock");
  await withLock(lock, () => writeFile(lock, "another one's"));
  expect(readFileSync(lock, "utf8")).toBe("another one's");
});

test("where no lock can be made, the work is done; after a failure the lock is free", async () => {
  const file = join(temporaryFolder(), "file");
  writeFileSync(file, "");
  await expect(withLock(join(file, "lock"), async () => "done")).resolves.toBe("done");
  const lock = `${file}.lock`;
  await expect(withLock(lock, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(existsSync(lock)).toBe(false);
});

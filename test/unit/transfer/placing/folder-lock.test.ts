import { existsSync, readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "@jest/globals";
import { folderLock } from "../../../../transfer/placing/folder-lock.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

const lockPath = () => join(temporaryFolder(), "lock");

test("one has it at a time", async () => {
  const path = lockPath();
  const [one, other] = [folderLock(path, Date.now), folderLock(path, Date.now)];
  expect([await one.take(), await other.take()]).toEqual([true, false]);
  await one.release();
  expect(existsSync(path)).toBe(false);
  expect(await other.take()).toBe(true);
});

test.each([
  ["a process that runs", `${process.ppid} ${hostname()}`, 0, false],
  ["a process that died", `4194304 ${hostname()}`, 0, true],
  ["this process's number, in an earlier life", `${process.pid} ${hostname()}`, 0, true],
  ["another machine", "1 elsewhere", 0, false],
  ["another machine, long ago", "1 elsewhere", 25 * 3600, true],
])("after %s", async (_who, content, secondsAgo, isFree) => {
  const path = lockPath();
  writeFileSync(path, content);
  const then = Date.now() / 1000 - secondsAgo;
  utimesSync(path, then, then);
  expect(await folderLock(path, Date.now).take()).toBe(isFree);
});

test("of many that find the lock of a process that died, one has it", async () => {
  for (let round = 0; round < 20; round++) {
    const path = lockPath();
    writeFileSync(path, `4194304 ${hostname()}`);
    const locks = Array.from({ length: 8 }, () => folderLock(path, Date.now));
    const taken = await Promise.all(locks.map((lock) => lock.take()));
    expect(taken.filter(Boolean)).toEqual([true]);
    await Promise.all(locks.map((lock) => lock.release()));
    expect(readdirSync(dirname(path))).toEqual([]);
  }
});

test("a lock that was taken for gone, and is another one's now, is not released", async () => {
  const path = lockPath();
  const lock = folderLock(path, Date.now);
  expect(await lock.take()).toBe(true);
  writeFileSync(path, "1 elsewhere");
  await lock.release();
  expect(readFileSync(path, "utf8")).toBe("1 elsewhere");
});

test("a folder that another download removes when it ends is made again", async () => {
  const path = join(dirname(lockPath()), "parts", "lock");
  expect(await folderLock(path, Date.now).take()).toBe(true);
});

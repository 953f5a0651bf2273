import { existsSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { FolderLock } from "../../../../transfer/placing/folder-lock.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

const lockPath = () => join(temporaryFolder(), "lock");

test("one has it at a time", async () => {
  const path = lockPath();
  const [one, other] = [new FolderLock(path, Date.now), new FolderLock(path, Date.now)];
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
  expect(await new FolderLock(path, Date.now).take()).toBe(isFree);
});

import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { lockFile } from "../../../../bucket/disk/file-lock.ts";
import { isListedLock } from "../../../../bucket/disk/listed-lock.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

test("a lock is listed while it is held, and no other file's", () => {
  const folder = temporaryFolder();
  const path = join(folder, "lock");
  expect(isListedLock(path)).toBe(false);
  const lock = lockFile(path);
  if (lock.kind !== "held") throw new Error(lock.kind);
  writeFileSync(join(folder, "other"), "");
  expect([isListedLock(path), isListedLock(join(folder, "other"))]).toEqual([true, false]);
  // The name may mean another file by now.
  renameSync(join(folder, "other"), path);
  expect(isListedLock(path)).toBe(false);
  lock.release();
});

test("a released lock, one that is waited for, and a system without a list are no locks", () => {
  const folder = temporaryFolder();
  const path = join(folder, "lock");
  const lock = lockFile(path);
  if (lock.kind !== "held") throw new Error(lock.kind);
  expect(isListedLock(path, join(folder, "none"))).toBe(false);
  const waiting = join(folder, "locks");
  writeFileSync(waiting, "1: -> FLOCK  ADVISORY  WRITE 7 00:01:1 0 EOF\n");
  expect(isListedLock(path, waiting)).toBe(false);
  lock.release();
  expect(isListedLock(path)).toBe(false);
});

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { expect, test } from "@jest/globals";
import { processOf } from "../../../../bucket/listed-process.ts";
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

const hasProc = existsSync("/proc/self/stat");

(hasProc ? test : test.skip)(
  "after a process whose number another one has, which runs",
  async () => {
    const path = lockPath();
    expect(await folderLock(path, Date.now).take()).toBe(true);
    const own = readFileSync(path, "utf8").split(" ");
    const at = { ours: own[3], parent: processOf(`${process.ppid}`)?.startedAt };
    expect(at.ours).toBe(processOf("self")?.startedAt);
    for (const [startedAt, isFree] of [
      [`${at.parent}`, false],
      [`${Number(at.parent) - 1}`, true],
    ] as const) {
      writeFileSync(path, [process.ppid, hostname(), "word", startedAt].join(" "));
      expect(await folderLock(path, Date.now).take()).toBe(isFree);
    }
  },
);

(hasProc ? test : test.skip)(
  "after a process that died, and whose parent never asks about it",
  async () => {
    // The shell's child ends when its input does; the program that takes the shell's place waits for no child.
    const script = "cat <&3 & echo $!; exec cat";
    const parent = spawn("sh", ["-c", script], { stdio: ["pipe", "pipe", "inherit", "pipe"] });
    try {
      const [line] = (await once(createInterface(parent.stdout as Readable), "line")) as [string];
      const stat = () => readFileSync(`/proc/${line}/stat`, "latin1");
      const path = lockPath();
      writeFileSync(path, `${line} ${hostname()}`);
      expect(await folderLock(path, Date.now).take()).toBe(false);
      (parent.stdio[3] as Writable).end();
      while (!stat().includes(") Z ")) await new Promise(setImmediate);
      expect(await folderLock(path, Date.now).take()).toBe(true);
    } finally {
      parent.kill();
    }
  },
);

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

import { existsSync } from "node:fs";
import * as realFiles from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { LockByName } from "../../../../bucket/disk/lock-by-name.ts";
import type { LockOptions } from "../../../../bucket/disk/replace-left.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

const LOCK = "/folder/lock";
/** Locks of processes that died are so old, all others are of now. */
const [LONG_AGO, NOW] = [1, 1_000];

interface Process {
  isDead: boolean;
}

/** A disk for several processes: who has written which text, by path. */
class SharedDisk {
  readonly files = new Map<string, { text: string; by: Process }>();
  readonly #scheduler: fc.Scheduler;

  constructor(scheduler: fc.Scheduler) {
    this.#scheduler = scheduler;
  }

  /** The calls of a process that dies after so many of them: it does not come to know of the last one. */
  callsOf(by: Process, calls: number, died: () => void): Required<LockOptions>["files"] {
    const { files } = this;
    const call = async <T>(effect: () => T): Promise<T> => {
      await this.#scheduler.schedule(Promise.resolve());
      if (by.isDead) return new Promise(() => undefined);
      by.isDead = calls-- === 0;
      if (by.isDead) died();
      const result = Promise.resolve().then(effect);
      await result.catch(() => undefined);
      await this.#scheduler.schedule(Promise.resolve());
      return by.isDead ? new Promise(() => undefined) : result;
    };
    const at = (path: string) => {
      const file = files.get(path);
      if (!file) throw Object.assign(new Error(path), { code: "ENOENT" });
      return file;
    };
    const disk = {
      writeFile: (path: string, text: string) =>
        call(() => {
          if (files.has(path)) throw Object.assign(new Error(path), { code: "EEXIST" });
          files.set(path, { text, by });
        }),
      readFile: (path: string) => call(() => at(path).text),
      stat: (path: string) => call(() => ({ mtimeMs: at(path).by.isDead ? LONG_AGO : NOW })),
      rename: (from: string, to: string) =>
        call(() => {
          files.set(to, at(from));
          files.delete(from);
        }),
      rm: (path: string) => call(() => void files.delete(path)),
    };
    return disk as unknown as Required<LockOptions>["files"];
  }
}

test("whatever the order of calls, and whoever dies, one at a time has a lock that was left behind", async () => {
  const lives = fc.array(fc.oneof(fc.constant(Infinity), fc.nat(20)), {
    minLength: 2,
    maxLength: 5,
  });
  const property = fc.asyncProperty(fc.scheduler(), lives, async (scheduler, calls) => {
    const disk = new SharedDisk(scheduler);
    disk.files.set(LOCK, { text: "", by: { isDead: true } });
    const holders = new Set<Process>();
    let most = 0;
    const lockOf = (by: Process, left = Infinity, died: () => void = () => undefined) =>
      new LockByName(LOCK, {
        leftAfterMs: 500,
        now: () => NOW,
        mode: 0o700,
        files: disk.callsOf(by, left, died),
      });
    const live = (left: number) =>
      new Promise<void>((resolve, reject) => {
        const by = { isDead: false };
        const died = () => {
          holders.delete(by);
          resolve();
        };
        const lock = lockOf(by, left, died);
        const work = async () => {
          for (let times = 0; times < 3; times++) {
            if (!(await lock.take())) continue;
            holders.add(by);
            most = Math.max(most, holders.size);
            await scheduler.schedule(Promise.resolve());
            holders.delete(by);
            await lock.release();
          }
        };
        work().then(resolve, reject);
      });
    await scheduler.waitFor(Promise.all(calls.map(live)));
    expect(most).toBeLessThan(2);
    // Whoever died with it keeps nobody out.
    expect(await scheduler.waitFor(lockOf({ isDead: false }).take())).toBe(true);
    expect(disk.files.has(LOCK)).toBe(true);
  });
  await fc.assert(property, { numRuns: 100 });
});

test.each(["ENOSPC", "EDQUOT", "EFBIG", "EIO"])(
  "a lock that was made and could not be written (%s) does not stay, and the error names it",
  async (code) => {
    const path = join(temporaryFolder(), "lock");
    const writeFile: typeof realFiles.writeFile = async (_path, _text, options) => {
      await realFiles.writeFile(path, "", options);
      throw Object.assign(new Error(code), { code, syscall: "write" });
    };
    const options = { leftAfterMs: 1_000, now: Date.now, mode: 0o700 };
    const full = new LockByName(path, { ...options, files: { ...realFiles, writeFile } });
    await expect(full.take()).rejects.toMatchObject({ code, path });
    expect(existsSync(path)).toBe(false);
    expect(await new LockByName(path, options).take()).toBe(true);
    // Another one's lock stays.
    expect(await full.take()).toBe(false);
    expect(existsSync(path)).toBe(true);
  },
);

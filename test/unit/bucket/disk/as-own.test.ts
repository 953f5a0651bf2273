import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { LockByName } from "../../../../bucket/disk/lock-by-name.ts";
import { UploadStateFolder } from "../../../../bucket/s3/upload-states.ts";
import { readChecked, writeChecked } from "../../../../transfer/comparing/checked-file.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

describe.each<[string, (path: string) => unknown]>([
  ["a pipe that nobody writes", (path) => spawnSync("mkfifo", [path])],
  ["a link to what has no end", (path) => symlinkSync("/dev/zero", path)],
  ["a folder", (path) => mkdirSync(path)],
])("%s in the place of", (_what, make) => {
  /** Puts it there in place of a file. */
  function replace(path: string): void {
    rmSync(path);
    make(path);
  }

  test("a lock is not waited for: the lock is another one's", async () => {
    const path = join(temporaryFolder(), "lock");
    make(path);
    const lock = new LockByName(path, { leftAfterMs: 1e9, now: () => 0, mode: 0o700 });
    expect(await lock.take()).toBe(false);
  });

  test("a lock of one's own is not waited for either", async () => {
    const path = join(temporaryFolder(), "lock");
    const lock = new LockByName(path, { leftAfterMs: 1e9, now: () => 0, mode: 0o700 });
    expect(await lock.take()).toBe(true);
    replace(path);
    await lock.release();
  });

  test("the state of an upload is as none", async () => {
    const folder = temporaryFolder();
    const states = new UploadStateFolder(folder);
    await states.save("one", { uploadId: "u", purpose: "p" });
    replace(join(folder, readdirSync(folder)[0]!));
    expect(await states.load("one")).toBeUndefined();
  });

  test("a record is as none", async () => {
    const path = join(temporaryFolder(), "record");
    await writeChecked(path, "title", "text");
    replace(path);
    expect(await readChecked(path, "title")).toBeUndefined();
  });
});

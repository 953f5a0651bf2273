import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { hostname } from "node:os";
import { join, relative } from "node:path";
import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import {
  isPartsPath,
  PARTIAL_FOLDER,
  PartialFiles,
} from "../../../../transfer/placing/partial-files.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

const now = () => Date.now();

/** A folder into which another process downloads, as its lock says. */
function taken(): string {
  const root = temporaryFolder();
  mkdirSync(join(root, PARTIAL_FOLDER));
  writeFileSync(join(root, PARTIAL_FOLDER, "lock"), `${process.ppid} ${hostname()}`);
  return root;
}

test("a second download at a time has names of its own, and leaves the first one's alone", async () => {
  const root = taken();
  const files = new PartialFiles(root, now);
  await files.open();
  const alone = new PartialFiles(temporaryFolder(), now);
  await alone.open();
  const names = [files, alone].map((each) => each.path("key", "etag").split("/").at(-1) ?? "");
  expect(names[0]?.startsWith(`${names[1]}-`)).toBe(true);
  await files.close();
  expect(readdirSync(join(root, PARTIAL_FOLDER))).toEqual(["lock"]);
});

test("where nobody else downloads, nothing keeps others out, and what was begun is gone on with", async () => {
  const root = temporaryFolder();
  const files = new PartialFiles(root, now, true);
  await files.open();
  const part = files.path("key", "etag");
  expect(readdirSync(root)).toEqual([]);
  expect(isPartsPath(relative(root, part))).toBe(true);
  writeFileSync(part, "half");
  await files.removeAbandoned();
  await files.close();
  const again = new PartialFiles(root, now, true);
  await again.open();
  expect([again.path("key", "etag"), existsSync(part)]).toEqual([part, true]);
});

test("a lock that an agent of an earlier version left there does not change the names", async () => {
  const files = new PartialFiles(taken(), now, true);
  await files.open();
  expect(files.path("key", "etag")).toMatch(/\/\.cloud-submit-parts-[0-9a-f]{32}$/);
});

/** As another process when its download ends: its lock goes, and the folder if it is empty. */
function otherEnds(root: string): void {
  const folder = join(root, PARTIAL_FOLDER);
  try {
    const lock = join(folder, "lock");
    if (existsSync(lock) && readFileSync(lock, "utf8").startsWith(`${process.ppid} `)) rmSync(lock);
    rmdirSync(folder);
  } catch {
    // Somebody else uses it, or it is gone.
  }
}

test("others that end at any moment do not take the folder from under further downloads", async () => {
  const step = fc.constantFrom("other ends", "write", "tidy", "end", "begin");
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
      const root = taken();
      const open: PartialFiles[] = [];
      const begin = async () => {
        const files = new PartialFiles(root, now);
        await files.open();
        open.push(files);
      };
      await begin();
      for (const each of steps) {
        if (each === "other ends") otherEnds(root);
        if (each === "begin") await begin();
        if (each === "end") await open.shift()?.close();
        for (const files of each === "tidy" ? open : []) await files.removeAbandoned();
        if (each !== "write") continue;
        for (const files of open) {
          writeFileSync(files.path("key", "etag"), "half");
          rmSync(files.path("key", "etag"));
        }
      }
      otherEnds(root);
      for (const files of open) await files.close();
      expect(existsSync(join(root, PARTIAL_FOLDER))).toBe(false);
    }),
  );
});

test("a further download that was killed leaves nothing when the next one ends; one that runs keeps all", async () => {
  const root = temporaryFolder();
  const folder = join(root, PARTIAL_FOLDER);
  mkdirSync(folder);
  const left = (user: string, pid: number) => {
    writeFileSync(join(folder, `user-${user}`), `${pid} ${hostname()} word`);
    writeFileSync(join(folder, `part-${user}`), "half");
  };
  // No process has this number: the kernel's highest is 2^22.
  left("a", 2 ** 22 + 1);
  left("b", process.ppid);
  const files = new PartialFiles(root, now);
  await files.open();
  await files.removeAbandoned();
  await files.close();
  expect(readdirSync(folder).toSorted()).toEqual(["part-b", "user-b"]);
});

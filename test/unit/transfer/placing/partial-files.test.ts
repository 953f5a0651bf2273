import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join, relative } from "node:path";
import { expect, test } from "@jest/globals";
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

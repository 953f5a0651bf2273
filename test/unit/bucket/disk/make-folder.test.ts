import { mkdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { makeFolder } from "../../../../bucket/disk/make-folder.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

test("makes a folder and those above it, once or more often, and side by side", async () => {
  const root = temporaryFolder();
  const path = join(root, "a/b/c");
  await Promise.all([
    makeFolder(path, 0o700),
    makeFolder(path, 0o700),
    makeFolder(join(path, "d")),
  ]);
  await makeFolder(path);
  expect(statSync(join(path, "d")).isDirectory()).toBe(true);
  mkdirSync(join(root, "x"));
  symlinkSync("x", join(root, "link"));
  await makeFolder(join(root, "link"));
  await makeFolder(join(root, "link/y"));
  expect(statSync(join(root, "x/y")).isDirectory()).toBe(true);
});

test.each([
  ["a file", (root: string) => (writeFileSync(join(root, "f"), ""), join(root, "f")), "EEXIST"],
  [
    "below a file",
    (root: string) => (writeFileSync(join(root, "f"), ""), join(root, "f/g")),
    "ENOTDIR",
  ],
  [
    "below a link to nothing",
    (root: string) => (symlinkSync("no", join(root, "l")), join(root, "l/g")),
    "EEXIST",
  ],
  ["in a folder that takes none, where Node.js's own way has no end", () => "/proc/a/b", "ENOENT"],
])("cannot be %s", async (_name, make, code) => {
  await expect(makeFolder(make(temporaryFolder()))).rejects.toMatchObject({ code });
});

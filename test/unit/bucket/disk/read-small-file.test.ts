import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { readSmallFile } from "../../../../bucket/disk/read-small-file.ts";
import { reasonOf } from "../../../../protocol/file-error.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

const folder = temporaryFolder();

function refusalOf(path: string, most?: number) {
  try {
    return readSmallFile(path, most).length;
  } catch (error) {
    return reasonOf(error).code;
  }
}

test.each([0, 1, 4095, 4096, 4097, 100_000])("a file of %d bytes is read as a whole", (size) => {
  const path = join(folder, `f${size}`);
  const bytes = Buffer.alloc(size, "abc");
  writeFileSync(path, bytes);
  expect(readSmallFile(path).equals(bytes)).toBe(true);
  expect(refusalOf(path, size)).toBe(size);
  if (size > 0) expect(refusalOf(path, size - 1)).toBe("text-too-large");
});

test("a pipe without a writer, an endless device and a folder are no files, and nothing waits for them", () => {
  execFileSync("mkfifo", [join(folder, "pipe")]);
  symlinkSync("/dev/zero", join(folder, "zero"));
  mkdirSync(join(folder, "folder"));
  for (const name of ["pipe", "zero", "folder"])
    expect(refusalOf(join(folder, name))).toBe("not-a-file");
});

test("what is not there is the system's error", () => {
  expect(() => readSmallFile(join(folder, "none"))).toThrow(/^ENOENT/);
});

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { checkFiles, compare, makeFiles } from "../../../../bench/transfer/workload.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

test("files are of their size, no two the same, and a changed one is seen", () => {
  const folder = temporaryFolder();
  makeFiles({ id: "test", files: 3, size: 100_000 }, folder);
  const before = checkFiles(folder);
  expect(Object.values(before).map(({ size }) => size)).toEqual([100_000, 100_000, 100_000]);
  expect(new Set(Object.values(before).map(({ crc32 }) => crc32)).size).toBe(3);
  expect(() => compare("x", before, checkFiles(folder))).not.toThrow();
  const [first = ""] = Object.keys(before);
  writeFileSync(join(folder, first), Buffer.alloc(100_000));
  expect(() => compare("x", before, checkFiles(folder))).toThrow(first);
  expect(() => compare("x", before, {})).toThrow(first);
});

test("a folder holds one workload alone", () => {
  const folder = temporaryFolder();
  makeFiles({ id: "many", files: 5, size: 10 }, folder);
  makeFiles({ id: "few", files: 2, size: 20 }, folder);
  expect(Object.values(checkFiles(folder)).map(({ size }) => size)).toEqual([20, 20]);
});

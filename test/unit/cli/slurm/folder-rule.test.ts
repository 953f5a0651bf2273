import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "@jest/globals";
import { checkFolder, sizeOf } from "../../../../cli/slurm/folder-rule.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

test.each([
  ["/", /the root of the file system.*call sbatch in the job's own folder/],
  ["/tmp", /may be shared by many/],
  ["/nowhere/taro", /it is the home folder/],
  ["/nowhere", /the home folder is below it/],
])("%s is refused, unless the user says so", async (folder, why) => {
  const home = "/nowhere/taro";
  await expect(checkFolder(folder, { home })).rejects.toThrow(why);
  await checkFolder(folder, { home, yes: true });
  await checkFolder(folder, { home, ask: async () => true });
});

test("a folder with more than the limit is refused before all of it was looked at", async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "big"));
  for (const name of ["a", "b", "big/c"]) writeFileSync(join(folder, name), "x".repeat(600));
  const home = join(dirname(folder), "nobody");
  await checkFolder(folder, { home });
  await expect(checkFolder(folder, { home, limit: 1024 })).rejects.toThrow(
    /has more than 1.0 KiB; .*\.cloudsubmitignore.*--cloud-input=PATH.*--cloud-limit=SIZE/,
  );
  await checkFolder(folder, { home, limit: 1024, only: (path) => path === "a" });
  writeFileSync(join(folder, ".cloudsubmitignore"), "big/\nb\n");
  await checkFolder(folder, { home, limit: 1024 });
});

test.each([
  ["20G", 20 * 2 ** 30],
  ["1.5KiB", 1536],
  ["7", 7],
])("%s is %d bytes", (text, bytes) => {
  expect(sizeOf(text)).toBe(bytes);
});

test("other words are no size", () => {
  expect(() => sizeOf("much")).toThrow(/"much" is no size such as 20G/);
});

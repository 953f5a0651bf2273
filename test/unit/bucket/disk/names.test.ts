import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "@jest/globals";
import { anyDisk, Disk } from "../../../../bucket/disk/disk.ts";
import {
  linkOn,
  makeFolderOn,
  realPathOn,
  removeFolderOn,
  removeOn,
  renameOn,
  setTimesOn,
  statsOn,
} from "../../../../bucket/disk/names.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

let folder: string;
const at = (name: string) => join(folder, name);

beforeEach(() => {
  folder = realpathSync(temporaryFolder());
  writeFileSync(at("file"), "text");
});

describe.each([
  ["at once", new Disk()],
  ["through threads", anyDisk],
])("asked %s", (_way, disk) => {
  test("a file gets a further name, another one, its times, and goes", async () => {
    await linkOn(disk, at("file"), at("link"));
    await renameOn(disk, at("link"), at("other"));
    expect(statSync(at("other")).nlink).toBe(2);
    await setTimesOn(disk, at("other"), 1_700_000_000);
    expect(statSync(at("file")).mtimeMs).toBe(1_700_000_000_000);
    await removeOn(disk, at("file"));
    expect([existsSync(at("file")), readFileSync(at("other"), "utf8")]).toEqual([false, "text"]);
  });

  test("a folder is made with its mode, and goes when it is empty", async () => {
    await makeFolderOn(disk, at("folder"), 0o700);
    expect(lstatSync(at("folder")).mode & 0o777).toBe(0o700);
    await removeFolderOn(disk, at("folder"));
    expect(existsSync(at("folder"))).toBe(false);
  });

  test("stats and real places, of links or of what they lead to", async () => {
    mkdirSync(at("real"));
    symlinkSync("real", at("way"));
    expect((await statsOn(disk, at("way")))?.isDirectory()).toBe(true);
    expect((await statsOn(disk, at("way"), "not followed"))?.isSymbolicLink()).toBe(true);
    expect(await realPathOn(disk, at("way"))).toBe(at("real"));
  });

  test("of what is not there, there are no stats, and nothing is to be removed", async () => {
    expect(await statsOn(disk, at("none"))).toBeUndefined();
    expect(await statsOn(disk, at("none"), "not followed")).toBeUndefined();
    await removeOn(disk, at("none"));
  });

  test.each([
    ["link", () => linkOn(disk, at("none"), at("b")), "ENOENT"],
    ["link over", () => linkOn(disk, at("file"), at("file")), "EEXIST"],
    ["rename", () => renameOn(disk, at("none"), at("b")), "ENOENT"],
    ["times", () => setTimesOn(disk, at("none"), 1), "ENOENT"],
    ["folder", () => makeFolderOn(disk, at("file")), "EEXIST"],
    ["folder removed", () => removeFolderOn(disk, at("file")), "ENOTDIR"],
    ["file removed", () => removeOn(disk, join(at("file"), "x")), "ENOTDIR"],
    ["real place", () => realPathOn(disk, at("none")), "ENOENT"],
    ["stats", () => statsOn(disk, at("x".repeat(300))), "ENAMETOOLONG"],
  ] as const)("errors are the system's, and never thrown at once: %s", async (_what, act, code) => {
    let result: Promise<unknown> | undefined;
    expect(() => {
      result = act();
    }).not.toThrow();
    await expect(result).rejects.toMatchObject({ code });
  });
});

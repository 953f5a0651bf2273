import { spawnSync } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { beforeEach, describe, expect, test } from "@jest/globals";
import { CodeCache, useBit } from "../../../../cli/start/code-cache.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

const CODE = Buffer.from("compiled");
const uid = process.geteuid?.() ?? 0;
const runner = { uid, engine: "v20" };

let folder: string;
let cache: CodeCache;
beforeEach(() => {
  folder = join(temporaryFolder(), "cache", "code");
  cache = new CodeCache(folder, runner);
});
const file = () => join(folder, "part-v20");

describe("compiled code", () => {
  test("is kept for the user alone, and read again by the same Node.js", () => {
    expect(cache.read("part")).toBeUndefined();
    cache.write("part", 5, () => CODE);
    expect(cache.read("part")).toEqual({ code: CODE, uses: 5 });
    expect(cache.read("other")).toBeUndefined();
    expect(new CodeCache(folder, { uid, engine: "v22" }).read("part")).toBeUndefined();
    const modes = [folder, file()].map((path) => statSync(path).mode & 0o777);
    expect(modes).toEqual([0o700, 0o600]);
    expect(readdirSync(folder)).toEqual(["part-v20"]);
  });

  test.each<[string, () => void]>([
    ["that others may write", () => chmodSync(file(), 0o622)],
    ["in a folder that others may write", () => chmodSync(folder, 0o777)],
    ["in a folder that the group may write", () => chmodSync(folder, 0o770)],
    ["that a byte of has changed", () => writeFileSync(file(), changed(readFileSync(file())))],
    ["of which other uses are told", () => writeFileSync(file(), changed(readFileSync(file()), 4))],
    ["that is cut off", () => writeFileSync(file(), readFileSync(file()).subarray(0, 3))],
    ["that is empty", () => writeFileSync(file(), "")],
  ])("%s is not read", (_how, spoil) => {
    cache.write("part", 5, () => CODE);
    spoil();
    expect(cache.read("part")).toBeUndefined();
  });

  test("of another user is not read, and none is put into another's folder", () => {
    cache.write("part", 5, () => CODE);
    const other = new CodeCache(folder, { uid: uid + 1, engine: "v20" });
    expect(other.read("part")).toBeUndefined();
    other.write("mine", 1, never);
    expect(readdirSync(folder)).toEqual(["part-v20"]);
  });

  test("is not read through a link, be it the file or the folder", () => {
    cache.write("part", 5, () => CODE);
    symlinkSync(file(), join(folder, "linked-v20"));
    expect(cache.read("linked")).toBeUndefined();
    const link = join(dirname(folder), "link");
    symlinkSync(folder, link);
    expect(new CodeCache(link, runner).read("part")).toBeUndefined();
  });

  test("a pipe in its place is not waited for", () => {
    cache.write("part", 5, () => CODE);
    rmSync(file());
    spawnSync("mkfifo", ["-m", "600", file()]);
    expect(cache.read("part")).toBeUndefined();
  });

  test("does not grow without end: the newest files are kept", () => {
    for (let at = 0; at < 30; at++) {
      cache.write(`part${at}`, 1, () => CODE);
      utimesSync(join(folder, `part${at}-v20`), at, at);
    }
    cache.write("last", 1, () => CODE);
    const names = readdirSync(folder);
    expect(names).toHaveLength(24);
    expect(names).toEqual(expect.arrayContaining(["last-v20", "part29-v20", "part7-v20"]));
  });

  test.each<[string, () => string]>([
    ["a file is in the way", () => join(withFile(), "code")],
    ["no folder can be made", () => "/proc/cloud-submit/code"],
    ["it is a device", () => "/dev/full/code"],
  ])("is not compiled where it cannot be kept: %s", (_how, place) => {
    const nowhere = new CodeCache(place(), runner);
    nowhere.write("part", 1, never);
    expect(nowhere.read("part")).toBeUndefined();
  });

  test("a failure leaves nothing behind", () => {
    cache.write("part", 1, () => {
      throw new Error("no memory");
    });
    expect(readdirSync(folder)).toEqual([]);
  });
});

test("a use is one bit of 32, the same each time", () => {
  const names = Array.from({ length: 500 }, (_, at) => `cloud-submit verb${at}`);
  const bits = names.map(useBit);
  expect(new Set(bits).size).toBe(32);
  for (const bit of bits) expect([Math.log2(bit) % 1, bit > 0]).toEqual([0, true]);
  expect(names.map(useBit)).toEqual(bits);
});

const never = () => {
  throw new Error("called in vain");
};

function changed(bytes: Buffer, at = bytes.length - 1): Buffer {
  bytes[at] = 0;
  return bytes;
}

function withFile(): string {
  const path = join(temporaryFolder(), "file");
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, "");
  return path;
}

import { readdirSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { NameClashes, probeDisk } from "../../../bucket/disk-traits.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const NFC = "d\u00e9j\u00e0/\u30ac.txt";
const NFD = NFC.normalize("NFD");

/** Answers of a disk about names after it was asked for the first of these. */
const asked = (isCaseBlind: boolean, isFormBlind: boolean) => {
  const clashes = new NameClashes({ isCaseBlind, isFormBlind, hasWindowsNames: false });
  clashes.of(NFC);
  return [NFD, NFC.toUpperCase(), NFD.toUpperCase(), "other"].map((name) => clashes.has(name));
};

test("a disk knows a name in other letters as far as it does not tell them apart", () => {
  expect(asked(true, true)).toEqual([true, true, true, false]);
  expect(asked(true, false)).toEqual([false, true, false, false]);
  expect(asked(false, true)).toEqual([true, false, false, false]);
  expect(asked(false, false)).toEqual([false, false, false, false]);
});

test("a disk is probed although others remove the empty folder in the midst of it", async () => {
  let makes = 0;
  const folder = join(temporaryFolder(), "parts");
  const make = async (path: string, options: { recursive: true }) => {
    makes += 1;
    if (makes < 4) throw Object.assign(new Error("gone"), { code: "ENOENT" });
    await mkdir(path, options);
  };
  expect(await probeDisk(folder, make)).toHaveProperty("isCaseBlind");
  expect(makes).toBe(5);
});

test.each(["ENOENT", "EACCES"])("a folder that cannot be made is an error: %s", async (code) => {
  const make = async () => {
    throw Object.assign(new Error("no"), { code });
  };
  await expect(probeDisk("/nowhere", make)).rejects.toThrow("no");
});

test("several look at one folder at a time", async () => {
  const folder = temporaryFolder();
  const found = await Promise.all(Array.from({ length: 20 }, async () => probeDisk(folder)));
  expect(new Set(found.map((traits) => JSON.stringify(traits))).size).toBe(1);
  expect(readdirSync(folder)).toEqual([]);
});

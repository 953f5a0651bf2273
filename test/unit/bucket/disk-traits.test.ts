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

/** Whether the second of two names clashes with the first. */
const clash = (one: string, other: string, isCaseBlind = true, isFormBlind = true) => {
  const clashes = new NameClashes({ isCaseBlind, isFormBlind, hasWindowsNames: false });
  clashes.of(one);
  return clashes.of(other) === one;
};

test.each([
  [
    "\u039b\u039f\u0393\u039f\u03a3.txt",
    "\u03bb\u03bf\u03b3\u03bf\u03c2.txt",
    "a sigma at the end",
  ],
  ["\u03c3", "\u03c2", "both small sigmas"],
  ["\u00df", "\u1e9e", "sharp s"],
  ["stra\u00dfe", "STRASSE", "sharp s in capitals"],
  ["\ufb00", "FF", "a ligature"],
  ["\u0131", "I", "dotless i"],
  ["\u0130", "i\u0307", "i with a dot"],
  ["\u212a", "k", "Kelvin sign"],
  ["\u212b", "\u00e5", "Angstrom sign"],
  ["\u2126", "\u03c9", "Ohm sign"],
  ["\u017f", "S", "long s"],
  ["\u00b5", "\u039c", "micro sign"],
  ["\u01c5", "\u01c6", "a letter of two"],
  ["\u1fb4", "\u1fbc\u0301", "an accent in front of an iota below"],
])("%s and %s are one name where letters of both cases are: %s", (one, other) => {
  expect([clash(one, other), clash(other, one)]).toEqual([true, true]);
  expect(clash(one, other, false, false)).toBe(false);
});

test("every character clashes with those that differ in case alone, as JavaScript has them", () => {
  const missed: string[] = [];
  for (let code = 1; code < 0x1e944; code++) {
    const one = String.fromCodePoint(code);
    for (const other of new Set([one.toLowerCase(), one.toUpperCase()]))
      if (other !== one && !clash(one, other, true, false)) missed.push(code.toString(16));
  }
  expect(missed).toEqual([]);
  expect(clash("a", "b")).toBe(false);
  expect(clash("\u0130", "i")).toBe(false);
});

test("a disk is probed although others remove the empty folder in the midst of it", async () => {
  let makes = 0;
  const folder = join(temporaryFolder(), "parts");
  const make = async (path: string) => {
    makes += 1;
    if (makes < 4) throw Object.assign(new Error("gone"), { code: "ENOENT" });
    await mkdir(path, { recursive: true });
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

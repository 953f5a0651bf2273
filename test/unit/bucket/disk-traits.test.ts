import { readdirSync } from "node:fs";
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

test("several look at one folder at a time", async () => {
  const folder = temporaryFolder();
  const found = await Promise.all(Array.from({ length: 20 }, async () => probeDisk(folder)));
  expect(new Set(found.map((traits) => JSON.stringify(traits))).size).toBe(1);
  expect(readdirSync(folder)).toEqual([]);
});

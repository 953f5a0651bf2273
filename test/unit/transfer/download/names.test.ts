import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { downloadFolder } from "../../../../transfer/download.ts";
import { storeWith } from "../../../support/store-with.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

const posix = { isCaseBlind: false, isFormBlind: false, hasWindowsNames: false };

describe("names", () => {
  test("that this disk takes for one: the first comes, the other is named", async () => {
    const store = await storeWith("A", "a", "B/x", "b/x", "caf\u00e9", "cafe\u0301", "c");
    const disk = { ...posix, isCaseBlind: true, isFormBlind: true };
    const summary = await downloadFolder(store, "job", temporaryFolder(), { disk });
    expect(summary.files).toBe(4);
    expect(summary.skipped.map(({ path, reason }) => [path, reason])).toEqual([
      ["a", expect.stringContaining('same name as "A"')],
      ["b/x", expect.stringContaining('same name as "B/x"')],
      ["caf\u00e9", expect.stringContaining("same name")],
    ]);
    const sighted = await downloadFolder(store, "job", temporaryFolder());
    expect([sighted.files, sighted.skippedCount]).toEqual([7, 0]);
  });

  test("that Windows cannot hold are named", async () => {
    const bad = [
      "NUL",
      "a/com1.txt",
      "x:y",
      "a?",
      "dot.",
      "space ",
      'q"',
      "tab\t",
      "lpt\u00b2",
      "b\\c",
    ];
    const store = await storeWith(...bad, "nulls", "comma.txt", ".hidden");
    const disk = { ...posix, hasWindowsNames: true };
    const summary = await downloadFolder(store, "job", temporaryFolder(), { disk });
    expect(summary.files).toBe(3);
    expect(summary.skipped.map(({ path }) => path).toSorted()).toEqual(bad.toSorted());
  });

  test("that no disk can hold, or that leave the folder, are named; all others come", async () => {
    const long = "n".repeat(256);
    const store = await storeWith(
      "../up",
      "a//b",
      "a/./b",
      "nul\0",
      long,
      "ok",
      ".cloud-submit-parts/x",
      "f",
      "f/g",
    );
    const root = temporaryFolder();
    const summary = await downloadFolder(store, "job", root);
    expect(summary.files).toBe(2);
    expect(summary.skippedCount).toBe(7);
    expect(summary.skipped.every(({ reason }) => reason.length > 10)).toBe(true);
    expect(readFileSync(join(root, "ok"), "utf8")).toBe("content of ok");
  });

  test("of a path that is too long for the system are named", async () => {
    let root = temporaryFolder();
    while (root.length < 3500) root = join(root, "d".repeat(200));
    mkdirSync(root, { recursive: true });
    const key = Array.from({ length: 4 }, () => "e".repeat(200)).join("/");
    const summary = await downloadFolder(await storeWith(key, "ok"), "job", root);
    expect([summary.files, summary.skipped]).toEqual([
      1,
      [
        {
          path: key,
          code: "path-too-long",
          values: {},
          reason: "the path is too long for this disk: use shorter names",
        },
      ],
    ]);
  });
});

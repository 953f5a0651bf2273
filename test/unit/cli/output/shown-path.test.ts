import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { shownPath } from "../../../../cli/output/shown-path.ts";

test("a path is shown whole, and of one that is too long for S3 both ends", () => {
  expect(shownPath('a/"b"')).toBe('"a/\\"b\\""');
  const long = `begin/${"日".repeat(1000)}/end`;
  expect(shownPath(long)).toMatch(/^"begin\/日{94}…日{56}\/end"$/);
});

test("whatever a path is, what is shown of it is JSON, short, and whole characters of both ends", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 400 }), (path) => {
      const shown = JSON.parse(shownPath(path)) as string;
      expect(Array.from(shown).length).toBeLessThanOrEqual(161);
      if (Array.from(path).length <= 160) expect(shown).toBe(path);
      else expect(Buffer.from(shown).toString()).toBe(shown);
    }),
  );
});

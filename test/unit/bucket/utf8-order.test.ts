import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { compareUtf8 } from "../../../bucket/utf8-order.ts";

const text = fc.string({ unit: "binary" });

test("strings are in the order of their bytes", () => {
  fc.assert(
    fc.property(text, text, (a, b) => {
      const bytes = Buffer.compare(Buffer.from(a), Buffer.from(b));
      expect(Math.sign(compareUtf8(a, b))).toBe(bytes);
    }),
  );
  // Where UTF-16 has another order.
  expect(compareUtf8("\u{1F600}", "\uFF5E")).toBeGreaterThan(0);
});

import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { PackedTexts } from "../../../../transfer/names/packed-texts.ts";

test("texts come back in their order", () => {
  const text = fc.oneof(fc.string({ unit: "grapheme" }), fc.constant("x".repeat(700_000)));
  fc.assert(
    fc.property(fc.array(text), (texts) => {
      const packed = new PackedTexts();
      for (const one of texts) packed.push(one);
      expect([...packed]).toEqual(texts);
      expect(packed).toHaveLength(texts.length);
    }),
    { numRuns: 50 },
  );
});

test("a text takes four bytes more than its own", () => {
  const packed = new PackedTexts();
  for (let at = 0; at < 100_000; at++) packed.push(`folder/file-${String(at).padStart(7, "0")}`);
  expect(packed.bytes / 100_000).toBeLessThan(35);
});

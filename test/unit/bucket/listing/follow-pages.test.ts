import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { followPages } from "../../../../bucket/listing/follow-pages.ts";
import type { ObjectEntry } from "../../../../bucket/object-store.ts";

const entry = (key: string): ObjectEntry => ({
  key,
  size: 1,
  etag: key,
  lastModified: undefined,
});

test("a key that is repeated on a page, or where two pages meet, comes once, whatever the order is on a page", async () => {
  const keys = fc.uniqueArray(fc.string({ unit: "binary", minLength: 1, maxLength: 3 }), {
    minLength: 2,
  });
  const times = fc.infiniteStream(fc.integer({ min: 1, max: 3 }));
  await fc.assert(
    fc.asyncProperty(keys, times, fc.nat(), fc.boolean(), async (all, counts, cut, isMixed) => {
      const sorted = all.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
      const at = cut % (sorted.length - 1);
      // The last of the first page is the first of the second one, too.
      const pages = [sorted.slice(0, at + 1), sorted.slice(at)].map((page) => {
        const repeated = page.flatMap((key) => Array<string>(counts.next().value ?? 1).fill(key));
        return isMixed ? [...repeated, ...page] : repeated;
      });
      const found: string[] = [];
      const ask = async (token: string | undefined) => {
        const objects = (pages[token === undefined ? 0 : 1] ?? []).map(entry);
        return { objects, commonPrefixes: [], next: token === undefined ? "second" : undefined };
      };
      for await (const one of followPages("", undefined, ask))
        if ("key" in one) found.push(one.key);
      expect(found).toEqual(sorted);
    }),
  );
});

import { expect } from "@jest/globals";
import * as fc from "fast-check";
import { collect } from "../collect.ts";
import { inOrder, type Trial } from "./trial.ts";

/** A name between two slashes, of any characters that XML can carry. */
const name = fc
  .string({ unit: "binary", minLength: 1, maxLength: 12 })
  // eslint-disable-next-line no-control-regex
  .map((text) => text.replaceAll(/[/\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, "_"));

/** Names of folders and of files differ, as they have to where objects are files. */
const key = fc
  .tuple(fc.array(name, { maxLength: 2 }), name)
  .map(([folders, last]) => [...folders.map((one) => `${one}.d`), `${last}.f`].join("/"));

/** Keys below a prefix, by the contract. */
export function listingPromises(t: Trial): void {
  t.about("a listing", (promise) => {
    promise("tells key, size, ETag and time of what begins with the prefix, no more", async (p) => {
      const etag = await t.store.put(`${p}job/a`, "12345");
      await t.store.put(`${p}job-2`, "x");
      await t.store.put(`${p}jo`, "x");
      const listed = await collect(t.store.list(`${p}job/`));
      expect(listed).toMatchObject([{ key: `${p}job/a`, size: 5, etag }]);
      expect(listed[0]!.lastModified).toBeInstanceOf(Date);
      expect(await t.keysOf(`${p}job`)).toEqual([`${p}job-2`, `${p}job/a`]);
    });

    promise("of any keys is in the order of their bytes in UTF-8", async (p) => {
      let round = 0;
      await fc.assert(
        fc.asyncProperty(fc.uniqueArray(key, { maxLength: 12 }), async (names) => {
          const root = `${p}${(round += 1)}/`;
          const keys = names.map((one) => root + one);
          await t.putAll(keys);
          expect(await t.keysOf(root)).toEqual(inOrder(keys));
          expect(await Promise.all(keys.map((one) => t.textOf(one)))).toEqual(keys);
        }),
        { numRuns: 20 },
      );
    });

    promise("of more than a thousand objects is complete, and still in order", async (p) => {
      const keys = Array.from({ length: 1005 }, (_, n) => `${p}${n}`);
      await t.putAll(keys);
      expect(await t.keysOf(p)).toEqual(inOrder(keys));
    });

    promise("with a delimiter shows each common prefix once, also over many pages", async (p) => {
      const folders = Array.from({ length: 700 }, (_, n) => `${p}f${n}/`);
      const plain = Array.from({ length: 310 }, (_, n) => `${p}f${n}.txt`);
      await t.putAll([...folders.map((one) => `${one}a`), `${folders[3]}b`, ...plain]);
      const listed = await collect(t.store.list(p, { delimiter: "/" }));
      const prefixes = listed.flatMap((one) => ("commonPrefix" in one ? [one.commonPrefix] : []));
      const objects = listed.flatMap((one) => ("key" in one ? [one.key] : []));
      expect(prefixes).toEqual(inOrder(folders));
      expect(objects).toEqual(inOrder(plain));
    });

    promise("with a delimiter looks for it after the prefix only", async (p) => {
      await t.store.put(`${p}job/in/a`, "x");
      await t.store.put(`${p}job/top`, "x");
      const listed = (prefix: string) => collect(t.store.list(prefix, { delimiter: "/" }));
      expect(await listed(`${p}job/`)).toMatchObject([
        { key: `${p}job/top` },
        { commonPrefix: `${p}job/in/` },
      ]);
      expect(await listed(`${p}job`)).toEqual([{ commonPrefix: `${p}job/` }]);
      expect(await listed(`${p}job/in/a`)).toMatchObject([{ key: `${p}job/in/a` }]);
    });

    promise("shows an object once it was put, and no more once it was deleted", async (p) => {
      for (let round = 0; round < 3; round++) {
        await t.store.put(`${p}k`, "x");
        expect(await t.keysOf(p)).toEqual([`${p}k`]);
        await t.store.delete(`${p}k`);
        expect(await t.keysOf(p)).toEqual([]);
      }
    });
  });
}

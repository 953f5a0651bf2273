import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { Batches } from "../../../../bucket/flow/batches.ts";
import type { ObjectEntry } from "../../../../bucket/object-store.ts";
import { merge } from "../../../../transfer/comparing/merge.ts";
import type { WalkEntry } from "../../../../transfer/walk.ts";
import { collect } from "../../../support/collect.ts";

const reason = { code: "file-removed", details: {} } as never;
const object = (name: string): ObjectEntry => ({
  key: `p/${name}`,
  size: 1,
  etag: "e",
  lastModified: undefined,
});
const skipped = (path: string): WalkEntry => ({ kind: "skipped", path, reason });
const folder = (path: string): WalkEntry => ({ kind: "empty-folder", path });

/** Cut anywhere, as pages and batches of a walk are. */
async function* cut<T>(all: readonly T[], sizes: readonly number[]) {
  for (let [at, turn] = [0, 0]; at < all.length; turn++) {
    const size = sizes[turn % sizes.length] ?? 1;
    yield all.slice(at, at + size);
    at += size;
  }
}

const names = fc.uniqueArray(fc.stringMatching(/^[a-dé𝒳]{1,3}$/u), { maxLength: 30 });
const sizes = fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1 });
const inOrder = (some: string[]) =>
  some
    .map((name) => Buffer.from(name))
    .toSorted((a, b) => a.compare(b))
    .map(String);

test("a walk and a listing come together as their names say, wherever batches of either end", async () => {
  await fc.assert(
    fc.asyncProperty(names, names, sizes, sizes, async (here, there, walked, listed) => {
      const report = { doubt: undefined };
      // Folders' names end in a slash, which comes before all letters.
      const pairs = await collect(
        merge(
          new Batches(
            cut(
              inOrder(here.map((name) => `${name}/`)).map((name) => folder(name.slice(0, -1))),
              walked,
            ),
          ),
          new Batches(cut(inOrder(there.map((name) => `${name}/`)).map(object), listed)),
          "p",
          report,
        ),
      );
      const all = inOrder([...new Set([...here, ...there])].map((name) => `${name}/`));
      const told = pairs.map(({ local, remote }) => [local?.path, remote?.key.slice(2, -1)]);
      const expected = all.map((end) => {
        const name = end.slice(0, -1);
        return [here.includes(name) ? name : undefined, there.includes(name) ? name : undefined];
      });
      expect(told).toEqual(expected);
      expect(report.doubt).toBeUndefined();
    }),
  );
});

test("a listing that goes back leaves a doubt, wherever its pages end; what is skipped has no partner", async () => {
  await fc.assert(
    fc.asyncProperty(sizes, sizes, async (walked, listed) => {
      const report: { doubt: unknown } = { doubt: undefined };
      const walk = [skipped("a"), folder("b"), folder("c")];
      const list = ["a/", "c/", "b/", "d/"].map(object);
      const pairs = await collect(
        merge(new Batches(cut(walk, walked)), new Batches(cut(list, listed)), "p", report as never),
      );
      expect(pairs.filter(({ remote }) => remote).map(({ remote }) => remote)).toEqual(list);
      expect(pairs.find(({ local }) => local?.path === "a")).toEqual({ local: walk[0] });
      expect(report.doubt).toMatchObject({ path: ".", reason: { code: "not-in-order" } });
    }),
  );
});

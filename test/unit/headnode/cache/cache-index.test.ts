import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import {
  type CacheEntry,
  type CacheNote,
  cacheName,
} from "../../../../headnode/cache/cache-entry.ts";
import { type Asked, CacheIndex } from "../../../../headnode/cache/cache-index.ts";

const KEYS = ["a/x", "a/x\0v1", "b/x", "a/x v1"];
const short = fc.constantFrom("1", "2", 'x"', "v1");
const readKey = fc.option(fc.constantFrom("k".repeat(22), "l".repeat(22)), { nil: undefined });
const object = fc.record({
  key: fc.constantFrom(...KEYS),
  etag: short,
  version: fc.option(short, { nil: undefined }),
  readKey,
});

function entryOf(asked: Omit<Asked, "size">, size: number): CacheEntry {
  const { key, etag, version, readKey: proof } = asked;
  const note: CacheNote = {
    key,
    etag,
    size,
    digest: "0".repeat(64),
    checksum: "crc32:x",
    ...(version !== undefined && { version }),
    ...(proof !== undefined && { readKey: proof }),
  };
  return { ...note, name: cacheName(note), seen: undefined, notedMs: 0 };
}

test("never more than the bound, and nothing that is used is evicted", () => {
  const step = fc.record({
    object,
    size: fc.integer({ min: 1, max: 120 }),
    does: fc.constantFrom("add", "begin", "fail", "use", "end"),
    at: fc.nat(20),
  });
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 80 }),
      fc.integer({ min: 1, max: 8 }),
      (steps, most) => {
        const index = new CacheIndex(200, most);
        const used: CacheEntry[] = [];
        const reserved: number[] = [];
        for (const { object: one, size, does, at } of steps) {
          const before = index.all();
          if (does === "add" || does === "begin") {
            const evicted = index.reserve(size);
            for (const entry of evicted ?? []) expect(used).not.toContain(entry);
            // In the order of their last use.
            const order = before.filter((entry) => !used.includes(entry));
            expect(evicted ?? []).toEqual(order.slice(0, evicted?.length ?? 0));
            if (evicted && does === "begin") reserved.push(size);
            else if (evicted) index.add(entryOf(one, size));
          }
          const begun = does === "fail" ? reserved.pop() : undefined;
          if (begun !== undefined) index.release(begun);
          const there = before.at(at);
          if (does === "use" && there) {
            index.use(there);
            used.push(there);
            expect(index.all().at(-1)).toBe(there);
          }
          const over = does === "end" ? used.pop() : undefined;
          if (over) index.endUse(over);
          const held = index.all().reduce((sum, entry) => sum + entry.size, 0);
          expect(index.bytes).toBe(held + reserved.reduce((sum, bytes) => sum + bytes, 0));
          expect(index.bytes).toBeLessThanOrEqual(200);
          expect(index.size).toBeLessThanOrEqual(most);
        }
      },
    ),
  );
});

test("key, version, ETag, size and read key are never taken for others", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(object, fc.integer({ min: 1, max: 2 })), { maxLength: 20 }),
      object,
      (objects, asked) => {
        const index = new CacheIndex(1000, 100);
        for (const [one, size] of objects) {
          index.reserve(size);
          index.add(entryOf(one, size));
        }
        const found = index.find({ ...asked, size: 1 });
        if (!found) return;
        expect(found).toMatchObject({ key: asked.key, etag: asked.etag, size: 1 });
        if (asked.version !== undefined) expect(found.version).toBe(asked.version);
        if (asked.readKey !== undefined) expect(found.readKey).toBe(asked.readKey);
      },
    ),
  );
});

test("what is there is found: by its version, or by its ETag alone", () => {
  fc.assert(
    fc.property(object, (one) => {
      const index = new CacheIndex(1000, 100);
      index.reserve(1);
      const entry = entryOf(one, 1);
      index.add(entry);
      expect(index.find({ ...one, size: 1 })).toBe(entry);
      expect(index.find({ ...one, version: undefined, readKey: undefined, size: 1 })).toBe(entry);
      index.remove(entry);
      expect(index.find({ ...one, size: 1 })).toBeUndefined();
      expect(index.bytes).toBe(0);
    }),
  );
});

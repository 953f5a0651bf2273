import { buffer } from "node:stream/consumers";
import { expect } from "@jest/globals";
import { collect } from "../collect.ts";
import type { Trial } from "./trial.ts";

/** Conditions and ranges. */
export function conditionPromises(t: Trial): void {
  t.about("a condition", (promise) => {
    promise("that holds lets the write happen, and tells its ETag", async (p) => {
      const first = await t.store.put(`${p}k`, "one");
      const second = await t.store.put(`${p}k`, "two", { ifMatch: first! });
      expect(second).toMatch(/^[0-9a-f]{32}$/);
      expect(second).not.toBe(first);
      expect(await t.textOf(`${p}k`)).toBe("two");
    });

    promise("that does not hold writes nothing: undefined", async (p) => {
      const first = await t.store.put(`${p}k`, "one");
      await t.store.put(`${p}k`, "two");
      expect(await t.store.put(`${p}k`, "three", { ifMatch: first! })).toBeUndefined();
      expect(await t.textOf(`${p}k`)).toBe("two");
    });

    promise("on an object that is gone writes nothing: undefined", async (p) => {
      const etag = await t.store.put(`${p}k`, "one");
      await t.store.delete(`${p}k`);
      expect(await t.store.put(`${p}k`, "two", { ifMatch: etag! })).toBeUndefined();
      expect(await t.store.put(`${p}l`, "two", { ifMatch: etag! })).toBeUndefined();
      expect(await collect(t.store.list(p))).toEqual([]);
    });

    promise("lets one of many writers win, the others hear undefined", async (p) => {
      const ifMatch = (await t.store.put(`${p}k`, "before"))!;
      const texts = Array.from({ length: 8 }, (_, n) => `writer ${n}`);
      const told = await Promise.all(texts.map((text) => t.store.put(`${p}k`, text, { ifMatch })));
      const winners = texts.filter((_, n) => told[n] !== undefined);
      expect(winners).toHaveLength(1);
      expect(await t.textOf(`${p}k`)).toBe(winners[0]);
    });

    promise("that there be no object lets one writer make it, and no other", async (p) => {
      const first = await t.store.put(`${p}k`, "one", { ifAbsent: true });
      expect(first).toMatch(/^[0-9a-f]{32}$/);
      expect(await t.store.put(`${p}k`, "two", { ifAbsent: true })).toBeUndefined();
      expect(await t.textOf(`${p}k`)).toBe("one");
      await t.store.delete(`${p}k`);
      expect(await t.store.put(`${p}k`, "three", { ifAbsent: true })).toMatch(/^[0-9a-f]{32}$/);
    });

    promise("on a read gives the object while it is that one, then undefined", async (p) => {
      const etag = await t.store.put(`${p}k`, "0123456789");
      const got = await t.store.get(`${p}k`, { ifMatch: etag!, range: { start: 3, end: 5 } });
      expect((await buffer(got!.body)).toString()).toBe("34");
      await t.store.put(`${p}k`, "another");
      expect(await t.store.get(`${p}k`, { ifMatch: etag! })).toBeUndefined();
      expect(await t.store.get(`${p}k`, { ifMatch: etag!, range: { start: 3 } })).toBeUndefined();
      expect(await t.store.get(`${p}k`, { ifMatch: etag!, range: { start: 99 } })).toBeUndefined();
    });
  });

  t.about("a read of what is not known yet", (promise) => {
    promise("brings the object when it is another one, and throws NotModified else", async (p) => {
      const etag = await t.store.put(`${p}k`, "one");
      await expect(t.store.get(`${p}k`, { ifNoneMatch: etag! })).rejects.toMatchObject({
        name: "NotModified",
      });
      await t.store.put(`${p}k`, "two");
      const got = await t.store.get(`${p}k`, { ifNoneMatch: etag! });
      expect((await buffer(got!.body)).toString()).toBe("two");
      expect(await t.store.get(`${p}none`, { ifNoneMatch: etag! })).toBeUndefined();
    });
  });

  t.about("a version", (promise) => {
    promise("is read after another was written, as far as the bucket keeps it", async (p) => {
      let versionId: string | undefined;
      const onVersion = (id: string) => void (versionId = id);
      const ifMatch = (await t.store.put(`${p}k`, "one", { onVersion }))!;
      await t.store.put(`${p}k`, "two");
      expect(await t.store.get(`${p}k`, { ifMatch, versionId: "none" })).toBeUndefined();
      if (versionId === undefined) return;
      const got = await t.store.get(`${p}k`, { ifMatch, versionId });
      expect((await buffer(got!.body)).toString()).toBe("one");
      expect(await t.store.get(`${p}k`, { ifMatch: "other", versionId })).toBeUndefined();
    });
  });

  t.about("a range", (promise) => {
    const read = async (key: string, start: number, end?: number) => {
      const got = await t.store.get(key, { range: end === undefined ? { start } : { start, end } });
      return [(await buffer(got!.body)).toString(), got!.size];
    };

    promise(
      "is a piece, the rest, or what there is of it; the size is the whole object's",
      async (p) => {
        await t.store.put(`${p}k`, "0123456789", { metadata: { a: "1" } });
        expect(await read(`${p}k`, 2, 5)).toEqual(["234", 10]);
        expect(await read(`${p}k`, 0, 1)).toEqual(["0", 10]);
        expect(await read(`${p}k`, 7)).toEqual(["789", 10]);
        expect(await read(`${p}k`, 7, 99)).toEqual(["789", 10]);
        const { metadata } = (await t.store.get(`${p}k`, { range: { start: 1, end: 2 } }))!;
        expect(metadata).toEqual({ a: "1" });
      },
    );

    promise(
      "at the object's end or after it is empty, and tells of the object all the same",
      async (p) => {
        const etag = await t.store.put(`${p}k`, "0123456789", { metadata: { a: "1" } });
        expect(await read(`${p}k`, 10)).toEqual(["", 10]);
        expect(await read(`${p}k`, 99, 200)).toEqual(["", 10]);
        const got = await t.store.get(`${p}k`, { range: { start: 10 } });
        expect(got).toMatchObject({ size: 10, etag, metadata: { a: "1" } });
        await t.store.put(`${p}empty`, "");
        expect(await read(`${p}empty`, 0)).toEqual(["", 0]);
      },
    );
  });
}

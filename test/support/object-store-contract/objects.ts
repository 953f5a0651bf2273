import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { crc32 } from "node:zlib";
import { expect } from "@jest/globals";
import { crc32Checksum } from "../../../bucket/checksum.ts";
import { collect } from "../collect.ts";
import type { Trial } from "./trial.ts";

/** Put, get, replace and delete, by the contract. */
export function objectPromises(t: Trial): void {
  t.about("an object", (promise) => {
    promise("comes back as it was put, with its metadata and the ETag that was told", async (p) => {
      const etag = await t.store.put(`${p}k`, "content", {
        contentType: "text/plain",
        metadata: { Mode: "0644", note: "a  b" },
      });
      const got = await t.store.get(`${p}k`);
      expect(await buffer(got!.body)).toEqual(Buffer.from("content"));
      expect(got).toMatchObject({ size: 7, etag, metadata: { mode: "0644", note: "a  b" } });
      expect(Object.keys(got!.metadata)).toHaveLength(2);
      expect(got!.lastModified).toBeInstanceOf(Date);
    });

    promise(
      "is told of without being sent: only as long as it is the one that is meant",
      async (p) => {
        const told: string[] = [];
        const etag = await t.store.put(`${p}k`, "content", {
          metadata: { colour: "red" },
          onChecksum: (checksum) => void told.push(checksum),
        });
        const proof = await t.store.proof(`${p}k`, etag!);
        expect(told).toEqual([crc32Checksum(crc32("content"))]);
        expect(proof).toMatchObject({ isEtagMd5: true, size: 7, metadata: { colour: "red" } });
        expect(proof!.versionId).toBe((await t.store.get(`${p}k`))!.versionId);
        // Not every server keeps one.
        expect([told[0], undefined]).toContain(proof!.checksum);
        expect(await t.store.proof(`${p}k`, "0".repeat(32))).toBeUndefined();
        expect(await t.store.proof(`${p}none`, etag!)).toBeUndefined();
      },
    );

    promise(
      "is removed beside many others by few requests; one that is not there is no error",
      async (p) => {
        const keys = ["a", "b c", "d&<e>", "é", "f'\"g"].map((name) => p + name);
        for (const key of keys) await t.store.put(key, "x");
        await t.store.put(`${p}stays`, "x");
        expect(await t.store.deleteMany([...keys, `${p}none`])).toEqual([]);
        const left = await collect(t.store.list(p));
        expect(left.map(({ key }) => key)).toEqual([`${p}stays`]);
        expect(await t.store.deleteMany([])).toEqual([]);
      },
    );

    promise("may be empty, or hold any bytes", async (p) => {
      for (const bytes of [Buffer.alloc(0), randomBytes(1), randomBytes(70_000)]) {
        await t.store.put(`${p}k`, bytes);
        const got = await t.store.get(`${p}k`);
        expect(got!.size).toBe(bytes.length);
        expect((await buffer(got!.body)).equals(bytes)).toBe(true);
      }
    });

    promise("keeps what was put although the writer uses its bytes again", async (p) => {
      const bytes = Buffer.from("before");
      await t.store.put(`${p}k`, bytes);
      bytes.write("after!");
      const got = await buffer((await t.store.get(`${p}k`))!.body);
      expect(got.toString()).toBe("before");
      got.write("theirs");
      expect(await t.textOf(`${p}k`)).toBe("before");
    });

    promise("is replaced as a whole, metadata included, by the last writer", async (p) => {
      await t.store.put(`${p}k`, "a longer one", { metadata: { one: "1" } });
      const etag = await t.store.put(`${p}k`, "short", { metadata: { two: "2" } });
      expect(await t.textOf(`${p}k`)).toBe("short");
      expect(await t.store.get(`${p}k`)).toMatchObject({ size: 5, etag, metadata: { two: "2" } });
      expect((await t.store.get(`${p}k`))!.metadata).not.toHaveProperty("one");
      expect(await collect(t.store.list(p))).toMatchObject([{ key: `${p}k`, size: 5, etag }]);
    });

    promise("of the same bytes has the same ETag, of other bytes another one", async (p) => {
      const etag = await t.store.put(`${p}k`, "x", { metadata: { a: "1" } });
      expect(etag).toMatch(/^[0-9a-f]{32}$/);
      expect(await t.store.put(`${p}l`, "x")).toBe(etag);
      expect(await t.store.put(`${p}m`, "y")).not.toBe(etag);
    });

    promise("has another version each time, where the bucket has versions", async (p) => {
      await t.store.put(`${p}k`, "x");
      const one = (await t.store.get(`${p}k`))!.versionId;
      await t.store.put(`${p}k`, "x");
      const two = (await t.store.get(`${p}k`))!.versionId;
      expect(typeof one).toBe(typeof two);
      if (one !== undefined) expect(one).not.toBe(two);
    });

    promise("that was deleted is gone, and may be deleted again", async (p) => {
      await t.store.put(`${p}k`, "x");
      await t.store.delete(`${p}k`);
      expect(await t.store.get(`${p}k`)).toBeUndefined();
      expect(await collect(t.store.list(p))).toEqual([]);
      await t.store.delete(`${p}k`);
      await t.store.put(`${p}k`, "y");
      expect(await t.textOf(`${p}k`)).toBe("y");
    });

    promise("that was never there is undefined, however it is asked for", async (p) => {
      expect(await t.store.get(`${p}absent`)).toBeUndefined();
      expect(await t.store.get(`${p}absent`, { range: { start: 3, end: 5 } })).toBeUndefined();
      expect(await t.store.get(`${p}absent`, { ifMatch: "0".repeat(32) })).toBeUndefined();
      const path = join(t.folder, "absent");
      expect(await t.store.getFile(`${p}absent`, path)).toBeUndefined();
      expect(await t.store.getFile(`${p}absent`, path, { size: 3, etag: "e" })).toBeUndefined();
      expect(await collect(t.store.list(`${p}absent`))).toEqual([]);
    });
  });

  t.about("a bucket that is not there", (promise) => {
    promise("is an error of every operation: NoSuchBucket", async () => {
      const { missing } = t;
      const error = { name: "NoSuchBucket", $metadata: { httpStatusCode: 404 } };
      const path = t.file("x");
      await expect(missing.get("k")).rejects.toMatchObject(error);
      await expect(missing.put("k", "x")).rejects.toMatchObject(error);
      await expect(missing.put("k", "x", { ifMatch: "e" })).rejects.toMatchObject(error);
      await expect(missing.putFile(path, "k", 1)).rejects.toMatchObject(error);
      await expect(missing.getFile("k", join(t.folder, "no"), { size: 1 })).rejects.toMatchObject(
        error,
      );
      await expect(missing.delete("k")).rejects.toMatchObject(error);
      await expect(collect(missing.list(""))).rejects.toMatchObject(error);
      expect(existsSync(path)).toBe(true);
    });
  });
}

import { Readable } from "node:stream";
import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { readObject, readText } from "../../../../bucket/job-objects/read-object.ts";
import { MemoryStore } from "../../../support/memory-store.ts";
import { policedStore } from "../../../support/policed-store.ts";

const MAX = 16;

describe("an object that anybody may have written", () => {
  test("is read up to its bound, and not at all beyond it", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 2 * MAX }), async (bytes) => {
        const store = new MemoryStore();
        await store.put("k", bytes);
        const got = await readObject(store, "k", MAX);
        expect(got?.size).toBe(bytes.length);
        expect(got?.bytes).toEqual(bytes.length <= MAX ? Buffer.from(bytes) : undefined);
      }),
    );
  });

  test("that is said to be too long is not begun, and its body is given up", async () => {
    const store = new MemoryStore();
    await store.put("k", "x".repeat(MAX + 1));
    const got = (await store.get("k"))!;
    store.get = async () => got;
    expect(await readText(store, "k", MAX)).toBeUndefined();
    expect(got.body).toMatchObject({ destroyed: true, readableDidRead: false });
  });

  test("that is longer than was said is given up, too", async () => {
    const store = new MemoryStore();
    await store.put("k", "");
    const got = (await store.get("k"))!;
    const body = Readable.from(Array(100).fill(Buffer.from("12345678")));
    store.get = async () => ({ ...got, body });
    expect(await readText(store, "k", MAX)).toBeUndefined();
    expect(body).toMatchObject({ destroyed: true, readableEnded: false });
  });

  test("that breaks off is an error, not a short one", async () => {
    const store = new MemoryStore();
    await store.put("k", "12345678");
    const got = (await store.get("k"))!;
    const body = new Readable({
      read() {
        this.push("1234");
        this.destroy(new Error("broken off"));
      },
    });
    store.get = async () => ({ ...got, body });
    await expect(readText(store, "k", MAX)).rejects.toThrow("broken off");
  });
});

describe("an object that S3 does not show", () => {
  test("is none when S3 says that there is none", async () => {
    expect(await readObject(new MemoryStore(), "k", MAX)).toBeUndefined();
  });

  test("is none when it is forbidden and the listing does not have it", async () => {
    const store = policedStore(() => true);
    await store.put("k2", "");
    expect(await readObject(store, "k", MAX)).toBeUndefined();
  });

  test.each<[string, string[]]>([
    ["is there", ["s3:ListBucket", "s3:PutObject"]],
    ["may not be listed either", ["s3:PutObject"]],
  ])("is an error when it %s", async (_, allowed) => {
    const store = policedStore((action) => allowed.includes(action));
    await store.put("k", "");
    await expect(readObject(store, "k", MAX)).rejects.toMatchObject({ name: "AccessDenied" });
  });

  test("is an error when S3 fails: it may be there", async () => {
    const store = new MemoryStore();
    store.before = () => {
      throw new Error("503 SlowDown");
    };
    await expect(readObject(store, "k", MAX)).rejects.toThrow("503 SlowDown");
  });
});

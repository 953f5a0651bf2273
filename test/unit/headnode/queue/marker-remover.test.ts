import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { S3Error } from "../../../../bucket/s3/s3-error.ts";
import { MarkerRemover } from "../../../../headnode/queue/marker-remover.ts";
import { MemoryStore } from "../../../support/memory-store.ts";

describe("markers are removed", () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  /** Lets time go by; the store in memory needs some turns for each key. */
  async function pass(ms: number) {
    await jest.advanceTimersByTimeAsync(ms);
    for (let turn = 0; turn < 20_000; turn++) await Promise.resolve();
  }

  async function start(count: number) {
    const store = new MemoryStore();
    const keys = Array.from({ length: count }, (_, at) => `m${at}`);
    for (const key of keys) await store.put(key, "{}");
    const warned: unknown[] = [];
    const remover = new MarkerRemover(
      store,
      (level, _text, fields) => void (level === "warn" && warned.push(fields)),
    );
    return { store, keys, remover, warned, requests: () => store.requests.deleteMany ?? 0 };
  }

  test("one that comes alone by one request", async () => {
    const { store, keys, remover, requests } = await start(1);
    remover.remove(keys);
    expect(remover.has("m0")).toBe(true);
    await pass(300);
    expect([store.objects.size, requests(), remover.has("m0")]).toEqual([0, 1, false]);
  });

  test("3,000 that come one by one within five seconds by few requests", async () => {
    const { store, keys, remover, requests } = await start(3000);
    for (let at = 0; at < 3000; at += 6) {
      remover.remove(keys.slice(at, at + 6));
      await jest.advanceTimersByTimeAsync(10);
    }
    for (let second = 0; second < 3; second++) await pass(1_000);
    expect(store.objects.size).toBe(0);
    expect(requests()).toBeLessThanOrEqual(18);
  });

  test("2,500 at once by three requests", async () => {
    const { store, keys, remover, requests } = await start(2500);
    remover.remove(keys);
    await pass(300);
    expect([store.objects.size, requests()]).toEqual([0, 3]);
  });

  test("as far as the bucket lets them go: what stays is said once, and not asked for again", async () => {
    const { store, keys, remover, warned, requests } = await start(3);
    store.before = (operation, key) => {
      if (operation === "delete" && key === "m1")
        throw new S3Error("AccessDenied", "no", { status: 403 });
      if (operation === "delete" && key === "m2")
        throw new S3Error("InternalError", "no", { status: 500 });
    };
    remover.remove(keys);
    await pass(300);
    // The third is found by the next look.
    expect(keys.map((key) => remover.has(key))).toEqual([false, true, false]);
    expect(warned).toMatchObject([{ refused: 2 }]);
    remover.remove(["m1"]);
    await pass(300);
    expect(requests()).toBe(1);
    remover.keepOnly(new Set());
    expect(remover.has("m1")).toBe(false);
  });

  test("not at all while S3 does not answer: nothing is taken for gone", async () => {
    const { store, keys, remover, warned } = await start(1);
    store.before = () => {
      throw new Error("503 SlowDown");
    };
    remover.remove(keys);
    await pass(300);
    expect([store.objects.size, warned.length, remover.has("m0")]).toEqual([1, 1, false]);
  });
});

import { describe, expect, test } from "@jest/globals";
import {
  claimMarker,
  listQueue,
  readMarker,
  writeMarker,
} from "../../../../bucket/job-objects/marker.ts";
import { MARKER_MAX_BYTES, type PendingMarker, pendingKey } from "../../../../protocol/marker.ts";
import { collect } from "../../../support/collect.ts";
import { MemoryStore } from "../../../support/memory-store.ts";

const marker: PendingMarker = {
  version: 1,
  prefix: "job1",
  submission: "s1",
  action: "run",
  requestedAt: "2026-11-23T20:45:01Z",
  dispatcher: "i1",
};
const asked = { etag: "e1", time: 1_790_000_000_000, account: "1", metadata: {} };
const CLAIMED = pendingKey(marker, asked);
const KEY = ".cloud-submit/pending/job1/run-s1.json";

describe("claimMarker", () => {
  test("writes only where there is none, and answers with the one that is there", async () => {
    const store = new MemoryStore();
    expect(await claimMarker(store, marker, asked)).toEqual(marker);
    expect(await claimMarker(store, { ...marker, dispatcher: "i2" }, asked)).toEqual(marker);
    expect(store.writes).toEqual([CLAIMED]);
  });

  test("of two at once one has it, and both know which", async () => {
    const store = new MemoryStore();
    const claims = ["i1", "i2"].map((dispatcher) =>
      claimMarker(store, { ...marker, dispatcher }, asked),
    );
    const [one, other] = await Promise.all(claims);
    expect(one).toEqual(other);
    expect(store.writes).toEqual([CLAIMED]);
  });

  test.each([
    ["is gone by then", undefined],
    ["cannot be read", "{"],
  ])("a marker that %s is no reason not to send", async (_name, text) => {
    const store = new MemoryStore();
    await claimMarker(store, { ...marker, dispatcher: "i0" }, asked);
    const there = store.objects.get(CLAIMED)!;
    store.before = (operation) => {
      if (operation !== "get") return;
      if (text === undefined) store.objects.delete(CLAIMED);
      else store.hold(CLAIMED, Buffer.from(text), there);
    };
    expect(await claimMarker(store, marker, asked)).toEqual(marker);
  });

  test("throws what S3 says", async () => {
    const store = new MemoryStore();
    store.before = () => {
      throw new Error("503 SlowDown");
    };
    await expect(claimMarker(store, marker, asked)).rejects.toThrow("503 SlowDown");
  });
});

describe("readMarker", () => {
  test("reads what was written, also by an earlier version, which counted attempts", async () => {
    const store = new MemoryStore();
    const heard = marker.requestedAt;
    await store.put(KEY, JSON.stringify({ ...marker, attempts: 2, heard }));
    expect(await readMarker(store, KEY)).toEqual(marker);
  });

  test.each([
    "",
    "{",
    "null",
    '{"version":2}',
    JSON.stringify(marker).padEnd(MARKER_MAX_BYTES + 1),
  ])("what is no marker, or too long for one, is none (%#)", async (text) => {
    const store = new MemoryStore();
    await store.put(KEY, text);
    expect(await readMarker(store, KEY)).toBeUndefined();
  });
});

test("writeMarker replaces a marker whatever is there", async () => {
  const store = new MemoryStore();
  await writeMarker(store, marker);
  await writeMarker(store, { ...marker, dispatcher: "i2" });
  expect(await readMarker(store, KEY)).toEqual({ ...marker, dispatcher: "i2" });
});

test("listQueue tells each request, the write that asked and since when, of one job or of all, and nothing else", async () => {
  const store = new MemoryStore();
  const later = { ...marker, prefix: "job10", action: "cancel" } as const;
  for (const one of [marker, later]) await writeMarker(store, one);
  await claimMarker(store, marker, asked);
  const question = ".cloud-submit/pending/job1/check-s1.json";
  await store.put(question, "{}");
  for (const key of [".cloud-submit/pending/notes.txt", ".cloud-submit/heartbeat.json", "job1/x"])
    await store.put(key, "");
  const written = (key: string) => store.objects.get(key)?.lastModified;
  const lineOf = (key: string, more: object) => ({
    key,
    asked: undefined,
    written: written(key),
    ...more,
  });
  const request = { prefix: "job1", action: "run", submission: "s1" };
  const own = [lineOf(KEY, { request }), lineOf(CLAIMED, { request, asked })];
  expect(await collect(listQueue(store, "job1"))).toEqual(own);
  const questions: string[] = [];
  expect(
    await collect(listQueue(store, undefined, { onQuestion: (key) => questions.push(key) })),
  ).toEqual([
    ...own,
    lineOf(pendingKey(later), { request: { ...request, prefix: "job10", action: "cancel" } }),
  ]);
  expect(questions).toEqual([question]);
  expect(await collect(listQueue(new MemoryStore()))).toEqual([]);
});

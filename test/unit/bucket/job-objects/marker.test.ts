import { describe, expect, test } from "@jest/globals";
import {
  claimMarker,
  listMarkers,
  readMarker,
  removeMarker,
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
  test("reads what was written, and one of an earlier version, which counted attempts", async () => {
    const store = new MemoryStore();
    await store.put(KEY, JSON.stringify({ ...marker, attempts: 2 }));
    expect(await readMarker(store, marker)).toMatchObject(marker);
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
    expect(await readMarker(store, marker)).toBeUndefined();
  });
});

test("writeMarker replaces a marker whatever is there", async () => {
  const store = new MemoryStore();
  await writeMarker(store, marker);
  await writeMarker(store, { ...marker, heard: marker.requestedAt });
  expect(await readMarker(store, marker)).toEqual({ ...marker, heard: marker.requestedAt });
});

test("removeMarker takes away this request's marker only", async () => {
  const store = new MemoryStore();
  const other = { ...marker, submission: "s2" };
  for (const one of [marker, other]) await writeMarker(store, one);
  await removeMarker(store, marker);
  expect([await readMarker(store, marker), await readMarker(store, other)]).toEqual([
    undefined,
    other,
  ]);
});

test("listMarkers tells each request and since when, of one job or of all, and nothing else", async () => {
  const store = new MemoryStore();
  const later = { ...marker, prefix: "job10", action: "check" } as const;
  for (const one of [marker, later]) await writeMarker(store, one);
  for (const key of [".cloud-submit/pending/notes.txt", ".cloud-submit/heartbeat.json", "job1/x"])
    await store.put(key, "");
  const written = (key: string) => store.objects.get(key)?.lastModified;
  const first = {
    request: { prefix: "job1", action: "run", submission: "s1" },
    written: written(KEY),
  };
  expect(await collect(listMarkers(store, "job1"))).toEqual([first]);
  expect(await collect(listMarkers(store))).toEqual([
    first,
    {
      request: { prefix: "job10", action: "check", submission: "s1" },
      written: written(".cloud-submit/pending/job10/check-s1.json"),
    },
  ]);
  expect(await collect(listMarkers(new MemoryStore()))).toEqual([]);
});

import { describe, expect, test } from "@jest/globals";
import { readStatus, type StatusObject } from "../../../../bucket/job-objects/status.ts";
import { S3Error } from "../../../../bucket/s3/s3-error.ts";
import type { RemoveOptions } from "../../../../bucket/tidy/job-removal.ts";
import { measureJob } from "../../../../bucket/tidy/measure-job.ts";
import { removeJob } from "../../../../bucket/tidy/remove-job.ts";
import { parseManifest } from "../../../../protocol/manifest.ts";
import { endedAt, isBeingRemoved } from "../../../../protocol/removal.ts";
import { endedJob, keptBelow, NOW, THEN } from "../../../support/ended-job.ts";
import { MemoryStore } from "../../../support/memory-store.ts";

const STATUS = "job1/job-aws-stat.txt";

/** A bucket with one job that ended long ago. */
async function scene(job: Parameters<typeof endedJob>[2] = {}) {
  const store = new MemoryStore();
  await endedJob(store, "job1", job);
  store.requests = {};
  const status = (await readStatus(store, "job1"))!;
  const remove = (options: Partial<RemoveOptions> = {}, of: StatusObject = status) =>
    removeJob(store, "job1", of, { nonce: "n1", ...options });
  return { store, status, remove };
}

const denied = () => {
  throw new S3Error("AccessDenied", "Access Denied", { status: 403 });
};

describe("the removal of a job", () => {
  test("leaves nothing: no version, no delete marker, and nothing of another job is touched", async () => {
    const { store, remove } = await scene();
    await endedJob(store, "job10");
    await store.put("job1/old", "x");
    await store.delete("job1/old");
    store.now = () => new Date(NOW + 3_600_000);
    const removal = await remove();
    expect(removal).toMatchObject({ end: "removed", young: 0, leavesVersions: false });
    expect(await keptBelow(store, "job1")).toEqual([]);
    expect(await keptBelow(store, "job10")).toHaveLength(6);
  });

  test("says before how much it will be", async () => {
    const { store, remove } = await scene();
    const measured = await measureJob(store, "job1");
    const { objects, bytes } = await remove();
    expect({ objects, bytes }).toEqual(measured);
  });

  test("says the same in a bucket without versions", async () => {
    const store = new MemoryStore();
    store.keepsVersions = false;
    await endedJob(store, "job1");
    const measured = await measureJob(store, "job1");
    const status = (await readStatus(store, "job1"))!;
    const { objects, bytes } = await removeJob(store, "job1", status, { nonce: "n" });
    expect({ objects, bytes }).toEqual(measured);
  });

  test("takes what was written in the second of the job's end for the job's", async () => {
    const { store, status, remove } = await scene();
    const ended = status.lastModified!.getTime();
    store.now = () => new Date(ended + 999);
    await store.put("job1/job-aws-job.json", "{}");
    store.now = () => new Date(ended + 2000);
    expect(await remove()).toMatchObject({ end: "removed", young: 0 });
    expect(await keptBelow(store, "job1")).toEqual([]);
  });

  test("of 10,000 objects is O(n/1000) requests", async () => {
    const results = Object.fromEntries(Array.from({ length: 10_000 }, (_, at) => [`r${at}`, "x"]));
    const { store, remove } = await scene({ results });
    store.requests = {};
    expect(await remove()).toMatchObject({ end: "removed" });
    expect(await keptBelow(store, "job1")).toEqual([]);
    const { versions = 0, deleteMany = 0, get = 0, put = 0 } = store.requests;
    expect(versions + deleteMany + get + put).toBeLessThan(45);
  });

  test("in a bucket that never had versions needs no right to them", async () => {
    const store = new MemoryStore();
    store.keepsVersions = false;
    await endedJob(store, "job1");
    store.before = (operation) => {
      if (operation === "versions" || operation === "deleteVersion") denied();
    };
    const status = (await readStatus(store, "job1"))!;
    expect(await removeJob(store, "job1", status, { nonce: "n" })).toMatchObject({
      end: "removed",
      leavesVersions: false,
    });
    expect(store.objects.size).toBe(0);
  });

  test.each(["versions", "deleteVersion"])(
    "without the right to %s hides all, and says that versions stay",
    async (operation) => {
      const { store, remove } = await scene();
      store.before = (asked) => {
        if (asked === operation) denied();
      };
      expect(await remove()).toMatchObject({ end: "removed", leavesVersions: true });
      expect([...store.objects.keys()]).toEqual([]);
      store.before = () => undefined;
      expect(await keptBelow(store, "job1")).not.toEqual([]);
    },
  );

  test("removes the status object last of all, and is repeated where it was interrupted", async () => {
    const { store, remove } = await scene();
    let left = 2;
    const step = () => {
      if (left-- === 0) throw new S3Error("SlowDown", "Slow Down", { status: 503 });
    };
    for (let at = 0; at < 12; at += 1) {
      left = at;
      store.before = (operation) => (operation.startsWith("delete") ? step() : undefined);
      const status = await readStatus(store, "job1");
      if (!status) break;
      const done = await remove({ nonce: `n${at}` }, status).catch(() => undefined);
      expect(store.objects.has(STATUS)).toBe(done?.end !== "removed");
      if (!done) expect(isBeingRemoved((await readStatus(store, "job1"))!)).toBe(true);
    }
    store.before = () => undefined;
    expect(await keptBelow(store, "job1")).toEqual([]);
  });

  test("stops when it may not go on, and keeps the time of the end", async () => {
    const { store, status, remove } = await scene();
    store.pageSize = 2;
    expect(await remove({ mayGoOn: () => false })).toMatchObject({ end: "stopped", objects: 2 });
    const now = (await readStatus(store, "job1"))!;
    expect(isBeingRemoved(now)).toBe(true);
    expect(endedAt(now)).toEqual(status.lastModified);
    expect(now.submission).toBe("s1");
    expect(await remove({}, now)).toMatchObject({ end: "removed" });
  });

  test("does nothing when the status object is not the one that was judged", async () => {
    const { store, remove } = await scene();
    await store.put(STATUS, "FILE_UPLOAD\n");
    const before = await keptBelow(store, "job1");
    expect(await remove()).toMatchObject({ end: "changed", objects: 0 });
    expect(await keptBelow(store, "job1")).toEqual(before);
  });

  test("stops as soon as somebody writes a state: that write, and what is left, stay", async () => {
    const { store, remove } = await scene();
    store.pageSize = 3;
    let pages = 0;
    store.before = async (operation) => {
      if (operation !== "versions" || ++pages !== 2) return;
      await store.put(STATUS, "FILE_UPLOAD\n");
    };
    expect(await remove()).toMatchObject({ end: "changed" });
    expect(store.text(STATUS)).toBe("FILE_UPLOAD\n");
  });

  test("keeps what was written just before, or appears meanwhile, and gives the job back for it", async () => {
    const { store, status, remove } = await scene();
    await store.put("job1/new-a", "x");
    store.before = async (operation) => {
      if (operation === "deleteMany" && !store.objects.has("job1/new-b"))
        await store.put("job1/new-b", "x");
    };
    const first = await remove();
    expect(first).toMatchObject({ end: "remains", young: 1 });
    expect(first.youngFor).toBeGreaterThan(9 * 60_000);
    expect(first.youngFor).toBeLessThanOrEqual(10 * 60_000);
    expect([...store.objects.keys()].toSorted()).toEqual([
      "job1/job-aws-stat.txt",
      "job1/new-a",
      "job1/new-b",
    ]);
    store.before = () => undefined;
    store.now = () => new Date(NOW + 3_600_000);
    const again = (await readStatus(store, "job1"))!;
    expect([again.state, isBeingRemoved(again), again.submission]).toEqual([
      "JOB_COMPLETE",
      false,
      "s1",
    ]);
    expect(endedAt(again)).toEqual(status.lastModified);
    expect(await remove({ nonce: "n2" }, again)).toMatchObject({ end: "removed" });
    expect(await keptBelow(store, "job1")).toEqual([]);
  });

  test("says what S3 does not remove", async () => {
    const { store, remove } = await scene();
    store.before = (operation, key) => {
      if (operation.startsWith("delete") && key === "job1/data/a") denied();
    };
    expect(await remove()).toMatchObject({
      end: "remains",
      refused: { count: 1, why: expect.stringContaining("AccessDenied") },
    });
    expect(isBeingRemoved((await readStatus(store, "job1"))!)).toBe(false);
  });

  test("gives no status object back that a client has read before", async () => {
    const { store, remove, status } = await scene();
    const etags = [status.etag];
    for (const nonce of ["n1", "n2", "n3"]) {
      await store.put("job1/new", nonce);
      const now = (await readStatus(store, "job1"))!;
      expect(await remove({ nonce }, now)).toMatchObject({ end: "remains" });
      etags.push((await readStatus(store, "job1"))!.etag);
    }
    expect(new Set(etags).size).toBe(4);
    expect(store.text(STATUS)!.trimEnd()).toBe("JOB_COMPLETE");
  });
});

describe("the removal of a job's inputs", () => {
  test("keeps results, those that replaced inputs too, and the job as it was", async () => {
    const { store, status, remove } = await scene({ results: { "data/a": "result", out: "x" } });
    const { inputs } = parseManifest(store.text("job1/job-aws-manifest.json")!)!;
    expect(await measureJob(store, "job1", inputs)).toEqual({ objects: 1, bytes: 10 });
    expect(await remove({ inputs })).toMatchObject({ end: "removed", objects: 1 });
    expect([...store.objects.keys()].toSorted()).toEqual([
      "job1/data/a",
      "job1/job-aws-manifest.json",
      STATUS,
      "job1/out",
    ]);
    expect(store.text("job1/data/a")).toBe("result");
    expect(store.text(STATUS)!.trimEnd()).toBe("JOB_COMPLETE");
    const now = (await readStatus(store, "job1"))!;
    expect([now.submission, isBeingRemoved(now)]).toEqual(["s1", false]);
    expect(endedAt(now)).toEqual(status.lastModified);
    expect(endedAt(now)!.getTime()).toBeLessThan(THEN + 60_000);
    expect(await measureJob(store, "job1", inputs)).toEqual({ objects: 0, bytes: 0 });
  });

  test("a manifest names nothing of another prefix", async () => {
    const { store, remove } = await scene();
    await endedJob(store, "job2");
    const key = { key: "job2/data/a", readKey: "k".repeat(22) };
    const { etag } = store.objects.get("job2/data/a")!;
    const forged = ["data/a", "../job2/data/a"].map((path) => ({
      path,
      size: 1,
      etag,
      source: key,
    }));
    const inputs = new Map(forged.map((one) => [one.path, one]));
    expect(await remove({ inputs })).toMatchObject({ end: "removed", objects: 0 });
    expect(await keptBelow(store, "job2")).toHaveLength(6);
  });
});

import { describe, expect, test } from "@jest/globals";
import { listPrefixes } from "../../../../../bucket/job-objects/list-prefixes.ts";
import { LOOK_POSITION_KEY } from "../../../../../functions/requests/look-position.ts";
import { REMOVAL_REQUESTS } from "../../../../../functions/requests/remove-ended.ts";
import { slowLook } from "../../../../../functions/requests/slow-look.ts";
import { formatManifest, manifestMetadata } from "../../../../../protocol/manifest.ts";
import { pendingKey } from "../../../../../protocol/marker.ts";
import { collect } from "../../../../support/collect.ts";
import { endedJob, keptBelow, NOW } from "../../../../support/ended-job.ts";
import { functionWorld } from "../../../../support/function-world.ts";

/** A world in which looks are made, of jobs that are kept for 30 days. */
function scene() {
  const world = functionWorld();
  world.ports.now = () => new Date(NOW);
  const look = (keepJobsDays: number | undefined = 30, timeIsUp = new AbortController().signal) =>
    slowLook({ redispatchSeconds: 240, keepJobsDays }, "invocation-1", world.ports, timeIsUp);
  const prefixes = async () => collect(listPrefixes(world.store));
  return { ...world, look, prefixes };
}

describe("a slow look, where jobs are kept for 30 days", () => {
  test("removes what ended before, versions included, and tells the audit before and after", async () => {
    const { store, look, prefixes, removals } = scene();
    await endedJob(store, "old");
    await endedJob(store, "failed", { state: "JOB_ERROR" });
    await endedJob(store, "new", { at: NOW - 86_400_000 });
    for (const state of ["FILE_UPLOAD", "JOB_SUBMIT", "JOB_CANCEL"] as const)
      await endedJob(store, `a-${state}`, { state });
    expect(await look()).toMatchObject({ removed: 2, failed: [] });
    expect(await prefixes()).toEqual(["a-FILE_UPLOAD", "a-JOB_CANCEL", "a-JOB_SUBMIT", "new"]);
    expect(await keptBelow(store, "old")).toEqual([]);
    expect(removals.map(({ prefix, did, submission }) => [prefix, did, submission])).toEqual([
      ["failed", "begun", "s1"],
      ["failed", "removed", "s1"],
      ["old", "begun", "s1"],
      ["old", "removed", "s1"],
    ]);
  });

  test("removes nothing without the parameter", async () => {
    const { store, look, prefixes } = scene();
    await endedJob(store, "old");
    expect(await look(0)).toMatchObject({ removed: 0 });
    expect(await prefixes()).toEqual(["old"]);
  });

  test("keeps data sets, and what a job that has not ended names or waits for", async () => {
    const { store, look, prefixes } = scene();
    for (const name of ["awaited", "data", "free", "named"]) await endedJob(store, name);
    await store.put("data/job-aws-dataset.json", "{}");
    const source = { key: "named/result.txt", readKey: "k".repeat(22) };
    const inputs = [{ path: "x", size: 1, etag: "e", source }];
    const etag = (await store.put("next/job-aws-manifest.json", formatManifest(inputs)!))!;
    const metadata = { ...manifestMetadata({ etag }), after: "other:any@s9,awaited@s1" };
    const request = { prefix: "next", action: "run", submission: "s2" } as const;
    await store.put(pendingKey(request, { etag: "e", time: NOW, metadata }), "{}");
    expect(await look()).toMatchObject({ removed: 1, failed: [] });
    expect(await prefixes()).toEqual(["awaited", "data", "named", "next"]);
  });

  test("a forged time in the status object makes no job older than S3 says", async () => {
    const { store, look, prefixes } = scene();
    const metadata = { ended: "2020-01-01T00:00:00Z", removing: "n1" };
    await store.put("young/job-aws-stat.txt", "JOB_COMPLETE\n", { metadata });
    await store.put("young/data", "x");
    expect(await look()).toMatchObject({ removed: 0 });
    expect(await prefixes()).toEqual(["young"]);
  });

  test("goes on with a large job in the next look, within its budget", async () => {
    const { store, look, prefixes, removals } = scene();
    const results = Object.fromEntries(Array.from({ length: 2500 }, (_, at) => [`r${at}`, "x"]));
    await endedJob(store, "large", { results });
    await endedJob(store, "later");
    store.pageSize = 4;
    expect(await look()).toMatchObject({ removed: 0, isRoundDone: true });
    expect(JSON.parse(store.text(LOOK_POSITION_KEY)!)).toMatchObject({ removing: "large" });
    const { list = 0, ...others } = store.requests;
    const asked = Object.values(others).reduce((sum, count) => sum + count, 0) - 2510;
    expect(asked + list).toBeLessThan(REMOVAL_REQUESTS + 60);
    store.pageSize = 1000;
    expect(await look()).toMatchObject({ removed: 2, failed: [] });
    expect(await prefixes()).toEqual([]);
    expect(store.text(LOOK_POSITION_KEY)).not.toContain("removing");
    expect(removals.map(({ did }) => did)).toEqual([
      "begun",
      "stopped",
      "begun",
      "removed",
      "begun",
      "removed",
    ]);
  });

  test("does not go on with a removal that somebody has submitted over", async () => {
    const { store, look, prefixes } = scene();
    await endedJob(store, "large");
    store.pageSize = 2;
    const time = new AbortController();
    let batches = 0;
    store.before = (operation) => {
      if (operation === "deleteMany" && ++batches === 1) time.abort();
    };
    await look(30, time.signal);
    await store.put("large/job-aws-stat.txt", "FILE_UPLOAD\n");
    await store.put("large/new", "x");
    await look();
    expect(await prefixes()).toEqual(["large"]);
    expect(store.text("large/new")).toBe("x");
  });

  test("what the audit does not hear of is not removed, and is told as failed", async () => {
    const { store, look, prefixes, ports } = scene();
    await endedJob(store, "old");
    ports.announceRemoval = async () => {
      throw new Error("no bus");
    };
    expect(await look()).toMatchObject({
      removed: 0,
      failed: [{ prefix: "old", error: "no bus" }],
    });
    expect(await prefixes()).toEqual(["old"]);
  });
});

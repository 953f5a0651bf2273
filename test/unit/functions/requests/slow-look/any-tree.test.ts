import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { slowLook } from "../../../../../functions/requests/slow-look.ts";
import { prefixOfStatusKey } from "../../../../../protocol/objects.ts";
import { anyKey } from "../../../../support/any-key.ts";
import { functionWorld } from "../../../../support/function-world.ts";

const times = { redispatchSeconds: 240 };
const inTime = new AbortController().signal;
const text = fc.constantFrom("FILE_UPLOAD", "JOB_CANCEL", "JOB_SUBMIT", "JOB_COMPLETE", "other");
const trees = fc.dictionary(anyKey, text, { maxKeys: 60 });

/** The jobs that a look at every key would find. */
function asked(tree: Record<string, string>): string[] {
  return Object.entries(tree)
    .filter(([, state]) => state === "FILE_UPLOAD" || state === "JOB_CANCEL")
    .flatMap(([key]) => prefixOfStatusKey(key) ?? [])
    .filter((prefix) => !prefix.includes("/") && prefix !== ".cloud-submit");
}

/** A bucket with pages of a few keys, whose every n-th request ends the function. */
function bucketOf(tree: Record<string, string>, pageSize: number, killEvery: number) {
  const w = functionWorld();
  w.store.pageSize = pageSize;
  for (const [key, state] of Object.entries(tree))
    w.store.hold(key, Buffer.from(`${state}\n`), {
      versionId: undefined,
      lastModified: w.ports.now(),
      metadata: {},
    });
  w.passSeconds(241);
  let requests = 0;
  w.store.before = () => {
    requests += 1;
    if (killEvery > 0 && requests % killEvery === 0) throw new Error("killed");
  };
  return w;
}

test("finds in any tree of keys what a look at every key would find, wherever it is stopped", async () => {
  await fc.assert(
    fc.asyncProperty(
      trees,
      fc.integer({ min: 1, max: 7 }),
      fc.constantFrom(0, 5, 11, 23),
      async (tree, pageSize, killEvery) => {
        const w = bucketOf(tree, pageSize, killEvery);
        for (let hour = 0; hour < 60; hour++) {
          // Kills at regular distances may meet the same request for ever.
          if (hour === 30) w.store.before = () => undefined;
          await slowLook(times, `i${hour}`, w.ports, inTime).catch(() => undefined);
          w.passSeconds(3600);
        }
        const found = new Set(w.announced.map(({ prefix }) => prefix));
        expect([...found].toSorted()).toEqual(asked(tree).toSorted());
      },
    ),
    { numRuns: 150 },
  );
});

test("killed at any of its requests, it goes on, and dispatches each request", async () => {
  const tree = Object.fromEntries(
    Array.from({ length: 12 }, (_, at) => [`job${at}/job-aws-stat.txt`, "FILE_UPLOAD"]),
  );
  for (let kill = 1; kill <= 40; kill++) {
    const w = bucketOf(tree, 2, 0);
    let requests = 0;
    w.store.before = () => {
      requests += 1;
      if (requests === kill) throw new Error("killed");
    };
    for (let hour = 0; hour < 4; hour++) {
      await slowLook(times, `i${hour}`, w.ports, inTime).catch(() => undefined);
      w.passSeconds(3600);
    }
    expect(w.markers.size).toBe(12);
  }
});

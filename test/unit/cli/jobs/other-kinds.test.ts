import { rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import type { ObjectEntry } from "../../../../bucket/object-store.ts";
import { unlessOthers } from "../../../../cli/jobs/other-kinds.ts";
import { submitJob } from "../../../../cli/jobs/submit-job.ts";
import { runVerb } from "../../../../cli/verbs/run/description.ts";
import { sweep } from "../../../../cli/verbs/sweep/sweep.ts";
import { scriptFolder } from "../../../support/job-folder.ts";
import { sweepWorld } from "../../../support/sweep-world.ts";

const REFUSED =
  /^s is a sweep's name: give another --prefix, .*cloud-submit sweep s --only-failed$/;

describe("a job under a sweep's name", () => {
  test.each([
    ["of an array", false, "ended"],
    ["of an array that has not been requested", false, "cut"],
    ["with a prefix for each row", true, "ended"],
  ])("%s is refused, before anything is sent", async (_name, prefixPerRow, how) => {
    const w = sweepWorld();
    await sweep(w.context, w.folder, { set: ["a=1..3"], prefix: "s", prefixPerRow });
    if (how === "cut") w.store.objects.delete("s/job-aws-stat.txt");
    else await w.end(prefixPerRow ? "s-1" : "s", "failed");
    const folder = scriptFolder();
    const script = join(folder, "job-aws-run.sh");
    const before = w.store.writes.length;
    for (const path of [folder, script])
      for (const caller of [undefined, { verb: runVerb, flags: {} }])
        await expect(submitJob(w.context, path, { prefix: "s" }, caller)).rejects.toThrow(REFUSED);
    // The folder of an array is that of its job.
    if (!prefixPerRow && how === "ended") {
      await w.endArray("s", 3, "2", 1);
      const again = submitJob(w.context, w.folder, { onlyFailed: true });
      await expect(again).rejects.toThrow(REFUSED);
    }
    expect(w.store.writes.slice(before).filter((key) => !/stat.txt|job.json/.test(key))).toEqual(
      [],
    );
  });

  test("costs a folder no request, and of the sweep itself goes on", async () => {
    const w = sweepWorld();
    await submitJob(w.context, w.folder, { prefix: "j" });
    expect(w.store.requests).toMatchObject({ get: 1, list: 1 });
    await sweep(w.context, w.folder, { set: ["a=1..3"], prefix: "s" });
    await w.endArray("s", 3, "2", 1);
    await sweep(w.context, w.folder, { onlyFailed: true, prefix: "s" });
    expect(w.options("s")).toEqual(["--array=2"]);
  });

  test("an array that was cut off before its request is begun anew; one of prefixes is kept", async () => {
    const w = sweepWorld();
    const flags = { set: ["a=1..3"], prefix: "s" };
    await sweep(w.context, w.folder, flags);
    w.store.objects.delete("s/job-aws-stat.txt");
    await sweep(w.context, w.folder, flags);
    await sweep(w.context, w.folder, { set: ["a=1"], prefix: "t", prefixPerRow: true });
    await expect(sweep(w.context, w.folder, { set: ["a=1..3"], prefix: "t" })).rejects.toThrow(
      /another --prefix/,
    );
  });
});

describe("a listing", () => {
  const entries = (count: number) =>
    Array.from({ length: count }, (_, at): ObjectEntry => {
      const key = `s/a${String(at).padStart(5, "0")}`;
      return { key, size: 1, etag: "e", lastModified: new Date(0) };
    });

  test("of much before the sweep's object is passed on when that has been asked for", async () => {
    const w = sweepWorld();
    async function* many() {
      for (let from = 0; from < 3000; from += 1000) yield entries(3000).slice(from, from + 1000);
    }
    const all = async () => {
      let passed = 0;
      for await (const some of unlessOthers(w.context, "s", ["dataset", "sweep"], many()))
        passed += some.length;
      return passed;
    };
    expect(await all()).toBe(3000);
    expect(w.store.requests).toEqual({ get: 2 });
    await w.store.put("s/job-aws-sweep.json", "{}");
    await expect(all()).rejects.toThrow(REFUSED);
  });

  test("that is denied is made up for", async () => {
    const w = sweepWorld();
    await w.store.put("s/job-aws-sweep.json", "{}");
    w.store.before = (operation) => {
      if (operation === "list") throw Object.assign(new Error("no"), { name: "AccessDenied" });
    };
    const folder = scriptFolder();
    await expect(submitJob(w.context, folder, { prefix: "s" })).rejects.toThrow(REFUSED);
    rmSync(folder, { recursive: true });
  });
});

import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { prune } from "../../../../cli/verbs/prune/prune.ts";
import { rm } from "../../../../cli/verbs/rm/rm.ts";
import { sweepStatus, sweepStatusOutput } from "../../../../cli/verbs/sweep/status.ts";
import { sweep, sweepOutput } from "../../../../cli/verbs/sweep/sweep.ts";
import { type PrefixSweep, parseSweep } from "../../../../protocol/sweep.ts";
import { sweepWorld } from "../../../support/sweep-world.ts";

type World = ReturnType<typeof sweepWorld>;

const OBJECT = "s/job-aws-sweep.json";

const begin = async (w: World, rows: number) =>
  sweep(w.context, w.folder, { set: [`a=1..${rows}`], prefix: "s", prefixPerRow: true });
const sweepIn = (w: World) => parseSweep(w.store.text(OBJECT) ?? "") as PrefixSweep;
const requested = (w: World, row: number) =>
  w.store.text(`s-${row}/job-aws-stat.txt`) === "FILE_UPLOAD\n";

/** Removes a job as nobody does who notes it: the cloud side, or an earlier version. */
function vanish({ store }: World, prefix: string): void {
  for (const key of store.objects.keys())
    if (key.startsWith(`${prefix}/`)) store.objects.delete(key);
}

/** Writes the sweep's object as earlier versions did. */
async function asBefore(w: World): Promise<void> {
  const { open: _, done: __, ...sweep } = sweepIn(w);
  await w.store.put(OBJECT, JSON.stringify(sweep));
}

/** Runs `--only-failed`; the rows that it submits, and how many it says are missing. */
async function again(w: World, flags: object = {}) {
  w.out.length = 0;
  await sweep({ ...w.context, json: true }, "s", { onlyFailed: true, ...flags });
  const { submitted, missing } = sweepOutput.parse(JSON.parse(w.out[0]!));
  return { submitted, missing };
}

/** The same of `sweep status`. */
async function status(w: World) {
  w.out.length = 0;
  await sweepStatus({ ...w.context, json: true }, "s", {});
  const {
    rows: _,
    name: __,
    kind: ___,
    ...counts
  } = sweepStatusOutput.parse(JSON.parse(w.out[0]!));
  return counts;
}

describe("rows whose jobs were removed", () => {
  test("by prune: those that completed are not run again, the others are", async () => {
    const w = sweepWorld();
    await begin(w, 4);
    await w.end("s-1", "completed", { exitCode: 0 });
    await w.end("s-2", "failed", { exitCode: 1 });
    await w.end("s-3", "completed", { exitCode: 0 });
    await prune(w.context, "s-*", { older: "1h", yes: true }, undefined);
    expect(w.store.text("s-1/job-aws-stat.txt")).toBeUndefined();
    expect(await status(w)).toEqual({ total: 4, completed: 2, failed: 1, missing: 0 });
    expect(await again(w)).toEqual({ submitted: [2], missing: 0 });
    await w.end("s-2", "completed", { exitCode: 0 });
    await w.end("s-4", "completed", { exitCode: 0 });
    await prune(w.context, "s-*", { older: "1h", yes: true }, undefined);
    expect(await again(w)).toEqual({ submitted: [], missing: 0 });
    expect(sweepIn(w)).toMatchObject({ open: [], done: [1, 2, 3, 4] });
  });

  test("by nobody who noted it: they are missing, and run with --missing alone", async () => {
    const w = sweepWorld();
    await begin(w, 3);
    await w.end("s-1", "completed");
    vanish(w, "s-1");
    vanish(w, "s-2");
    w.out.length = 0;
    await sweepStatus(w.context, "s", { failed: true });
    expect(w.out).toEqual(["s-1\tmissing\t\t\t1", "s-2\tmissing\t\t\t2"]);
    const told =
      "2 of 3 rows missing: their jobs are gone, and nothing tells how they ended; if they are to be submitted again: cloud-submit sweep s --only-failed --missing";
    expect(w.err.at(-1)).toBe(told);
    expect(await again(w)).toEqual({ submitted: [], missing: 2 });
    expect(w.err.at(-1)).toBe(told);
    expect(await again(w, { missing: true })).toEqual({ submitted: [1, 2], missing: 0 });
    expect(await again(w, { missing: true })).toEqual({ submitted: [], missing: 0 });
  });

  test("of a sweep of an earlier version: what is there tells, the rest is missing", async () => {
    const w = sweepWorld();
    await begin(w, 4);
    await asBefore(w);
    await w.end("s-1", "completed");
    await w.end("s-2", "failed");
    vanish(w, "s-4");
    expect(await again(w)).toEqual({ submitted: [2], missing: 1 });
    await w.end("s-2", "completed");
    await asBefore(w);
    expect(await rm(w.context, ["s-1", "s-2"], { yes: true }, undefined)).toBe(0);
    expect(await status(w)).toEqual({ total: 4, completed: 2, failed: 0, missing: 1 });
  });

  test("whatever comes before and after: a row is run again if it failed or was never sent, as far as that is known", async () => {
    const ends = ["unsent", "active", "completed", "failed"] as const;
    const removals = ["none", "rm", "prune", "vanished"] as const;
    const row = fc.record({ end: fc.constantFrom(...ends), removal: fc.constantFrom(...removals) });
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 9 }), async (rows) => {
        const w = sweepWorld();
        w.store.before = (operation, key) => {
          const at = Number(/^s-(\d)\/job-aws-stat/.exec(key)?.[1]) - 1;
          if (operation === "put" && rows[at]?.end === "unsent") throw new Error("no");
        };
        await begin(w, rows.length).catch(() => undefined);
        w.store.before = () => undefined;
        const named = (removal: string) =>
          rows.flatMap((one, at) => (one.removal === removal ? [`s-${at + 1}`] : []));
        for (const [at, { end }] of rows.entries())
          if (end === "completed" || end === "failed") await w.end(`s-${at + 1}`, end);
        await rm(w.context, named("rm"), { yes: true }, undefined);
        for (const name of named("prune"))
          await prune(w.context, name, { older: "1h", yes: true }, undefined);
        for (const name of named("vanished")) vanish(w, name);
        const are = (test: (one: (typeof rows)[number]) => boolean) =>
          rows.flatMap((one, at) => (test(one) ? [at + 1] : []));
        const isLost = ({ end, removal }: (typeof rows)[number]) =>
          end !== "unsent" && removal === "vanished";
        const wanted = are((one) => !isLost(one) && (one.end === "unsent" || one.end === "failed"));
        const lost = are(isLost);
        expect(await status(w)).toMatchObject({ failed: wanted.length, missing: lost.length });
        expect(await again(w)).toEqual({ submitted: wanted, missing: lost.length });
        expect(wanted.every((one) => requested(w, one))).toBe(true);
        expect((await again(w, { missing: true })).submitted).toEqual(lost);
      }),
      { numRuns: 60 },
    );
  });

  test("two who change the sweep at a time lose nothing of one another", async () => {
    const w = sweepWorld();
    await begin(w, 3);
    await w.end("s-1", "completed");
    await w.end("s-2", "completed");
    await w.end("s-3", "failed");
    let isFirst = true;
    w.store.before = async (operation, key) => {
      if (operation !== "put" || key !== OBJECT || !isFirst) return;
      isFirst = false;
      await rm(w.context, ["s-1"], { yes: true }, undefined);
    };
    await rm(w.context, ["s-2"], { yes: true }, undefined);
    expect(isFirst).toBe(false);
    expect(await again(w)).toEqual({ submitted: [3], missing: 0 });
    expect(sweepIn(w).done).toEqual([1, 2]);
  });

  test("a sweep that may not be written is told of, and its rows are removed", async () => {
    const w = sweepWorld();
    await begin(w, 1);
    await w.end("s-1", "completed");
    w.store.before = (operation, key) => {
      if (operation === "put" && key === OBJECT)
        throw Object.assign(new Error("no"), { name: "AccessDenied" });
    };
    expect(await rm(w.context, ["s-1"], { yes: true }, undefined)).toBe(0);
    expect(w.err.join("\n")).toMatch(/^sweep s: how the removed rows ended could not be noted/m);
    expect(await again(w)).toEqual({ submitted: [], missing: 1 });
  });

  test("a sweep that is removed with its rows is not written again before", async () => {
    const w = sweepWorld();
    await begin(w, 2);
    await w.end("s-1", "completed");
    await w.end("s-2", "completed");
    const { length } = w.store.writes;
    await rm(w.context, ["s", "s-1", "s-2"], { yes: true }, undefined);
    expect(w.store.writes.slice(length)).not.toContain(OBJECT);
  });
});

test("--missing goes with --only-failed alone", async () => {
  const w = sweepWorld();
  await expect(sweep(w.context, w.folder, { set: ["a=1"], missing: true })).rejects.toThrow(
    /--missing goes with --only-failed only/,
  );
});

import { describe, expect, test } from "@jest/globals";
import { parseFlags } from "../../../../../cli/parse-flags.ts";
import { listVerb } from "../../../../../cli/verbs/list/description.ts";
import { list } from "../../../../../cli/verbs/list/list.ts";
import { sweepStatus, sweepStatusOutput } from "../../../../../cli/verbs/sweep/status.ts";
import { sweep } from "../../../../../cli/verbs/sweep/sweep.ts";
import { sweepWorld } from "../../../../support/sweep-world.ts";

describe("sweep status", () => {
  test("of an array: rows by task, over several submissions, for two requests", async () => {
    const w = sweepWorld();
    await sweep(w.context, w.folder, { set: ["a=1..4"], prefix: "s" });
    await w.endArray("s", 4, "2-3", 2);
    await sweep(w.context, "s", { onlyFailed: true });
    w.out.length = 0;
    await sweepStatus(w.context, "s", {});
    expect(w.out).toEqual([
      "1\tJOB_COMPLETE\tcompleted\t0\t1",
      "2\tFILE_UPLOAD\t\t\t2",
      "3\tFILE_UPLOAD\t\t\t3",
      "4\tJOB_COMPLETE\tcompleted\t0\t4",
    ]);
    expect(w.err.at(-1)).toBe("2 of 4 completed, 0 failed, 2 not ended");
    await w.endArray("s", 2, "3", 1);
    w.store.requests = {};
    w.out.length = 0;
    await sweepStatus({ ...w.context, json: true }, "s", { failed: true });
    expect(w.store.requests).toEqual({ get: 2 });
    expect(sweepStatusOutput.parse(JSON.parse(w.out[0]!))).toEqual({
      name: "s",
      kind: "array",
      total: 4,
      completed: 3,
      failed: 1,
      missing: 0,
      rows: [
        {
          row: 3,
          prefix: "s",
          state: "JOB_COMPLETE",
          outcome: "failed",
          exitCode: 3,
          missing: false,
          values: { a: "3" },
        },
      ],
    });
  });

  test("of rows with a prefix each: one request for each that has ended", async () => {
    const w = sweepWorld();
    await sweep(w.context, w.folder, { set: ["a=1..3"], prefix: "s", prefixPerRow: true });
    await w.end("s-1", "completed", { exitCode: 0 });
    await w.end("s-2", "timeout");
    w.store.requests = {};
    w.out.length = 0;
    await sweepStatus(w.context, "s", {});
    expect(w.out).toEqual([
      "s-1\tJOB_COMPLETE\tcompleted\t0\t1",
      "s-2\tJOB_COMPLETE\ttimeout\t\t2",
      "s-3\tFILE_UPLOAD\t\t\t3",
    ]);
    expect(w.store.requests).toEqual({ get: 1 + 1 + 1 + 2 });
    expect(w.err.at(-1)).toBe("1 of 3 completed, 1 failed, 1 not ended");
  });

  test("the end of an earlier run of a row is not told of as that of this one", async () => {
    const w = sweepWorld();
    await sweep(w.context, w.folder, { set: ["a=1"], prefix: "s", prefixPerRow: true });
    await w.end("s-1", "failed");
    w.store.before = (operation, key) => {
      if (operation === "put" && key === "s-1/job-aws-stat.txt") throw new Error("killed");
    };
    await expect(sweep(w.context, "s", { onlyFailed: true })).rejects.toThrow();
    w.store.before = () => undefined;
    w.out.length = 0;
    await sweepStatus(w.context, "s", { failed: true });
    expect(w.out).toEqual(["s-1\t-\t\t\t1"]);
    await sweep(w.context, "s", { onlyFailed: true });
    expect(w.store.text("s-1/job-aws-stat.txt")).toBe("FILE_UPLOAD\n");
  });

  test.each([
    ["an array", false, "s"],
    ["rows with a prefix each", true, "s-1"],
  ])("of %s: the run of another client is none of its own", async (_name, prefixPerRow, prefix) => {
    const w = sweepWorld();
    await sweep(w.context, w.folder, { set: ["a=1"], prefix: "s", prefixPerRow });
    await w.end(prefix, "failed");
    const shown = async () => {
      w.out.length = 0;
      await sweepStatus(w.context, "s", {});
      return w.out[0]?.replace(/^\S+/, "");
    };
    const listed = async () => {
      w.out.length = 0;
      await list(w.context, undefined, parseFlags(listVerb.flags, { sweep: "s" }));
      return w.out.length;
    };
    expect([await shown(), await listed()]).toEqual(["\tJOB_COMPLETE\tfailed\t\t1", 1]);
    // Its request replaces the state, and then its end the record.
    await w.store.put(`${prefix}/job-aws-stat.txt`, "FILE_UPLOAD\n", {
      metadata: { submission: "other" },
    });
    expect([await shown(), await listed()]).toEqual(["\tJOB_COMPLETE\tfailed\t\t1", 0]);
    await w.end(prefix, "completed", { exitCode: 0 });
    expect([await shown(), await listed()]).toEqual(["\t-\t\t\t1", 0]);
    expect(w.err.at(-2)).toBe("0 of 1 completed, 1 failed, 0 not ended");
    await sweep(w.context, "s", { onlyFailed: true });
    expect(w.store.text(`${prefix}/job-aws-stat.txt`)).toBe("FILE_UPLOAD\n");
    expect(await listed()).toBe(1);
  });

  test("of an array that could not be requested again: its rows wait for it", async () => {
    const w = sweepWorld();
    await sweep(w.context, w.folder, { set: ["a=1..3"], prefix: "s" });
    await w.endArray("s", 3, "2", 1);
    w.store.before = (operation, key) => {
      if (operation === "put" && key === "s/job-aws-stat.txt") throw new Error("killed");
    };
    await expect(sweep(w.context, "s", { onlyFailed: true })).rejects.toThrow();
    w.store.before = () => undefined;
    w.out.length = 0;
    await sweepStatus(w.context, "s", { failed: true });
    expect(w.out).toEqual(["2\t-\t\t\t2"]);
    await sweep(w.context, "s", { onlyFailed: true });
    expect(w.options("s")).toEqual(["--array=2"]);
  });

  test.each([
    ["no object", undefined],
    ["no sweep", "{}"],
    ["a sweep with a variable of the shell", '{"version":1,"kind":"array","columns":["PATH"]}'],
  ])("%s is no sweep", async (_name, text) => {
    const w = sweepWorld();
    if (text !== undefined) await w.store.put("s/job-aws-sweep.json", text);
    await expect(sweepStatus(w.context, "s", {})).rejects.toMatchObject({ code: "no-such-job" });
  });

  test("a forged list of tasks costs nothing", async () => {
    const w = sweepWorld();
    await sweep(w.context, w.folder, { set: ["a=1..4"], prefix: "s" });
    const incomplete = Array.from({ length: 5000 }, () => ({
      ids: "1-4000000",
      outcome: "failed" as const,
    }));
    await w.end("s", "failed", { tasks: { total: 4, completed: 0, incomplete } });
    await sweepStatus(w.context, "s", {});
    expect(w.err.at(-1)).toBe("0 of 4 completed, 0 failed, 4 not ended");
    await expect(sweep(w.context, "s", { onlyFailed: true })).rejects.toThrow(/all 4 rows/);
  });
});

test("list --sweep shows its jobs and no others", async () => {
  const w = sweepWorld();
  await sweep(w.context, w.folder, { set: ["a=1..3"], prefix: "s", prefixPerRow: true });
  await w.store.put("s-4/job-aws-stat.txt", "JOB_COMPLETE\n");
  await w.store.put("s-other/job-aws-stat.txt", "JOB_COMPLETE\n");
  w.out.length = 0;
  await list(w.context, undefined, parseFlags(listVerb.flags, { sweep: "s" }));
  const names = w.out.map((line) => line.split("\t")[0]);
  expect(new Set(names)).toEqual(new Set(["s-1", "s-2", "s-3"]));
  await expect(
    list(w.context, undefined, parseFlags(listVerb.flags, { sweep: "t" })),
  ).rejects.toMatchObject({ code: "no-such-job" });
});

import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { succeeds } from "../../../../../bucket/flow/succeeds.ts";
import { submitJob } from "../../../../../cli/jobs/submit-job.ts";
import { dataPut } from "../../../../../cli/verbs/data/put.ts";
import { sweep, sweepOutput } from "../../../../../cli/verbs/sweep/sweep.ts";
import { parseManifest } from "../../../../../protocol/manifest.ts";
import { parseSweep } from "../../../../../protocol/sweep.ts";
import { scriptFolder } from "../../../../support/job-folder.ts";
import { sweepWorld } from "../../../../support/sweep-world.ts";

const manifestOf = ({ store }: ReturnType<typeof sweepWorld>, prefix: string) =>
  parseManifest(store.text(`${prefix}/job-aws-manifest.json`) ?? "");

describe("sweep, as one job array", () => {
  test("200 rows: one upload of the template, one submission, few requests", async () => {
    const w = sweepWorld();
    await sweep(w.context, w.folder, { set: ["a=1..100", "b=x,y"], prefix: "s", atOnce: 10 });
    expect(w.out).toEqual(["Submitted s: 200 rows"]);
    // Of the folder two, of the sweep four, the manifest, FILE_UPLOAD.
    expect(w.store.requests).toEqual({ get: 3, list: 1, put: 8 });
    expect(w.store.writes.at(-1)).toBe("s/job-aws-stat.txt");
    expect(w.options("s")).toEqual(["--array=1-200%10"]);
    expect([...manifestOf(w, "s")!.inputs.keys()]).toEqual([
      "data",
      "job-aws-run.sh",
      "sweep-params.csv",
      "sweep-row.sh",
      "sweep-values.txt",
    ]);
    const rows = w.store.text("s/sweep-params.csv")!.split("\n");
    expect([rows[0], rows[1], rows[2], rows[200]]).toEqual(["a,b", "1,x", "1,y", "100,y"]);
  });

  test("options of sbatch go along, and --array is the sweep's own", async () => {
    const w = sweepWorld();
    const flags = { set: ["a=1,2"], prefix: "s" };
    await expect(
      sweep(w.context, w.folder, { ...flags, sbatchOptions: ["--array=1-9"] }),
    ).rejects.toThrow(/--at-once/);
    expect(w.store.writes).toEqual([]);
    await sweep(w.context, w.folder, { ...flags, sbatchOptions: ["-N", "2"] });
    expect(w.options("s")).toEqual(["--nodes=2", "--array=1-2"]);
  });

  test("a name that is in use, and a file that the sweep makes, are refused before anything is sent", async () => {
    const w = sweepWorld();
    await w.store.put("s/job-aws-stat.txt", "JOB_COMPLETE\n");
    const flags = { set: ["a=1"], prefix: "s" };
    await expect(sweep(w.context, w.folder, flags)).rejects.toThrow(/another --prefix/);
    writeFileSync(join(w.folder, "sweep-row.sh"), "mine");
    await expect(sweep(w.context, w.folder, { set: ["a=1"] })).rejects.toThrow(/sweep-row.sh/);
    expect(w.store.writes).toEqual(["s/job-aws-stat.txt"]);
  });

  test("files of an earlier sweep that were fetched into the folder are replaced by this one's", async () => {
    const w = sweepWorld();
    await sweep(w.context, w.folder, { set: ["a=1"], prefix: "s" });
    for (const name of ["sweep-row.sh", "sweep-params.csv", "sweep-values.txt"])
      writeFileSync(join(w.folder, name), w.store.text(`s/${name}`)!);
    await sweep(w.context, w.folder, { set: ["b=2,3"], prefix: "t" });
    expect(manifestOf(w, "t")!.inputs.size).toBe(5);
    expect(w.store.text("t/sweep-params.csv")).toBe("b\n2\n3\n");
    await sweep(w.context, w.folder, { set: ["b=2,3"], prefix: "u", prefixPerRow: true });
    expect(manifestOf(w, "u-2")!.inputs.size).toBe(5);
  });

  test("--dry-run shows the rows, and asks nothing of the bucket", async () => {
    const w = sweepWorld();
    await sweep(w.context, w.folder, { set: ["a=1,2", "b=$(id)"], prefix: "s", dryRun: true });
    expect(w.out).toEqual(["1\t1\t$(id)", "2\t2\t$(id)"]);
    const json = sweepWorld({ json: true });
    await sweep(json.context, json.folder, { set: ["a=1"], prefixPerRow: true, dryRun: true });
    expect(sweepOutput.parse(JSON.parse(json.out[0]!)).rows).toEqual([
      { row: 1, prefix: "work-20261124-120000-000001-1", values: { a: "1" } },
    ]);
    expect([w.requests, json.requests]).toEqual([[], []]);
  });

  test("--only-failed by its name: the same prefix and files, only the tasks that failed, until none has", async () => {
    const w = sweepWorld();
    await sweep(w.context, w.folder, {
      set: ["a=1..20"],
      prefix: "s",
      atOnce: 4,
      sbatchOptions: ["--time=5"],
    });
    const again = () => sweep(w.context, "s", { onlyFailed: true });
    await expect(again()).rejects.toMatchObject({ code: "active-job" });
    await w.endArray("s", 20, "3,7-9", 4);
    w.store.requests = {};
    await again();
    expect(w.store.requests).toEqual({ get: 4, put: 2 });
    expect(w.options("s")).toEqual(["--time=5", "--array=3,7-9%4"]);
    expect(w.store.objects.get("s/job-aws-stat.txt")?.metadata.manifest).toBe(
      w.store.objects.get("s/job-aws-manifest.json")?.etag,
    );
    await w.endArray("s", 4, "8", 1);
    // With the folder, its files as they are now.
    writeFileSync(join(w.folder, "data"), "changed");
    await sweep(w.context, w.folder, { onlyFailed: true });
    expect(w.options("s")).toEqual(["--time=5", "--array=8%4"]);
    expect(w.store.text("s/data")).toBe("changed");
    await w.endArray("s", 1, "", 0);
    await again();
    expect(w.out.slice(1)).toEqual([
      "Submitted s: 4 of 20 rows again",
      "Submitted s: 1 of 20 rows again",
      "s: no row has failed; nothing was submitted",
    ]);
  });

  test("--only-failed submits as many as sbatch's list has room for; the others later", async () => {
    const w = sweepWorld();
    await sweep(w.context, w.folder, { set: ["a=1..1998"], prefix: "s" });
    const odd = Array.from({ length: 999 }, (_, at) => at * 2 + 1);
    await w.endArray("s", 1998, odd.join(","), 999);
    await sweep(w.context, "s", { onlyFailed: true });
    const first = parseSweep(w.store.text("s/job-aws-sweep.json")!);
    const { tasks } = first as { tasks: number[] };
    expect(tasks.length).toBeGreaterThan(100);
    expect(w.err.at(-1)).toMatch(new RegExp(`^${999 - tasks.length} rows that failed are left`));
    await w.endArray("s", tasks.length, "", 0);
    await sweep(w.context, "s", { onlyFailed: true });
    const second = parseSweep(w.store.text("s/job-aws-sweep.json")!) as { tasks: number[] };
    expect(second.tasks[0]).toBe(tasks.at(-1)! + 2);
  });

  test("a record that does not name all that failed is not gone by", async () => {
    const w = sweepWorld();
    await sweep(w.context, w.folder, { set: ["a=1..2000"], prefix: "s" });
    await w.endArray("s", 2000, "1-1000", 1500);
    await expect(sweep(w.context, "s", { onlyFailed: true })).rejects.toThrow(/all 1500 rows/);
    expect(w.store.text("s/job-aws-stat.txt")).toBe("JOB_COMPLETE\n");
  });
});

describe("sweep --prefix-per-row", () => {
  const perRow = async (w: ReturnType<typeof sweepWorld>, rows = 3) =>
    sweep(w.context, w.folder, { set: [`a=1..${rows}`], prefix: "s", prefixPerRow: true });

  test("200 rows: the template goes up once, and each row names it", async () => {
    const w = sweepWorld();
    await perRow(w, 200);
    expect(w.store.writes.filter((key) => key.endsWith("/data"))).toEqual(["s/data"]);
    // The sweep, its template, script and manifest; two files, manifest and FILE_UPLOAD of each row; that they were sent.
    expect(w.store.requests).toEqual({ list: 3, put: 1 + 2 + 1 + 1 + 200 * 4 + 1 });
    const { inputs, readKey } = manifestOf(w, "s-017")!;
    const { metadata, etag } = w.store.objects.get("s/data")!;
    expect(inputs.get("data")).toMatchObject({ etag, source: { key: "s/data", readKey } });
    expect(metadata["read-key"]).toBe(readKey);
    expect(inputs.get("sweep-values.txt")).not.toHaveProperty("source");
    expect(w.store.text("s-017/sweep-params.csv")).toBe("a\n17\n");
    expect(w.store.text("s/job-aws-stat.txt")).toBeUndefined();
    expect([...w.out, ...w.err].join()).not.toContain(readKey);
  });

  test("a row that cannot be submitted keeps no other back, and is told", async () => {
    const w = sweepWorld();
    w.store.before = (operation, key) => {
      if (operation !== "put" || key !== "s-2/job-aws-stat.txt") return;
      w.store.before = () => undefined;
      throw new Error("no");
    };
    await expect(perRow(w)).rejects.toThrow(/1 of 3 rows.*cloud-submit sweep s --only-failed$/);
    expect(w.err.join("\n")).toMatch(/^s-2: /m);
    expect(w.store.text("s-3/job-aws-stat.txt")).toBe("FILE_UPLOAD\n");
  });

  test.each(["job-aws-stat.txt", "job-aws-dataset.json", "job-aws-manifest.json"])(
    "a row whose name has %s below it is refused before anything is written",
    async (file) => {
      const w = sweepWorld();
      await w.store.put("s-4/job-aws-stat.txt", "JOB_COMPLETE\n");
      await w.store.put(`s-2/${file}`, "other");
      const { length } = w.store.writes;
      const told = /^s-2: a row has this name.* another --prefix$/;
      await expect(perRow(w)).rejects.toThrow(told);
      expect(w.store.writes).toHaveLength(length);
    },
  );

  test("another's job, upload or data set below a row's name later is not taken over", async () => {
    const w = sweepWorld();
    await perRow(w, 4);
    const others = scriptFolder();
    for (const row of ["s-1", "s-2", "s-3"]) {
      for (const key of w.store.objects.keys())
        if (key.startsWith(`${row}/`)) w.store.objects.delete(key);
      if (row !== "s-3") await submitJob(w.context, others, { prefix: row });
    }
    await w.end("s-1", "completed");
    w.store.objects.delete("s-2/job-aws-stat.txt");
    await dataPut(w.context, w.folder, "s-3", {});
    await w.end("s-4", "failed");
    const before = w.store.writes.length;
    const all = { onlyFailed: true, missing: true };
    await expect(sweep(w.context, "s", all)).rejects.toThrow(/3 of 4 rows/);
    expect(w.err.join("\n")).toMatch(/s-1: .*not this.*s-2: .*not this.*s-3: .*data set/s);
    const written = w.store.writes.slice(before).map((key) => key.slice(0, key.indexOf("/")));
    expect(new Set(written)).toEqual(new Set(["s", "s-4"]));
  });

  test("--only-failed submits those again that failed or never were, with the files in the bucket", async () => {
    const w = sweepWorld();
    w.store.before = (operation, key) => {
      if (operation === "put" && key === "s-3/job-aws-stat.txt") throw new Error("no");
    };
    await expect(perRow(w, 4)).rejects.toThrow(/1 of 4 rows/);
    w.store.before = () => undefined;
    await w.end("s-1", "completed");
    await w.end("s-2", "failed", { exitCode: 1 });
    rmSync(w.folder, { recursive: true });
    await sweep(w.context, "s", { onlyFailed: true });
    expect(w.out.at(-1)).toBe("Submitted s: 2 of 4 rows again");
    const states = [1, 2, 3, 4].map((row) => w.store.text(`s-${row}/job-aws-stat.txt`));
    expect(states).toEqual(["JOB_COMPLETE\n", "FILE_UPLOAD\n", "FILE_UPLOAD\n", "FILE_UPLOAD\n"]);
    const { submissions } = parseSweep(w.store.text("s/job-aws-sweep.json")!) as {
      submissions: string[];
    };
    expect(submissions).toEqual(["s-1", "s-2", "s-3", "s-4"].map(w.submissionOf));
  });

  test("goes on after an interruption at each write, with the folder and the name", async () => {
    for (let stop = 1; ; stop++) {
      const w = sweepWorld();
      let left = stop;
      w.store.before = (operation) => {
        if (operation !== "put") return;
        left -= 1;
        if (left <= 0) throw new Error("killed");
      };
      const isWhole = await succeeds(perRow(w, 2));
      w.store.before = () => undefined;
      if (isWhole) break;
      // Before the first write there is no sweep.
      if (stop > 1) await sweep(w.context, w.folder, { onlyFailed: true, prefix: "s" });
      else await perRow(w, 2);
      expect(w.store.text("s-2/job-aws-stat.txt")).toBe("FILE_UPLOAD\n");
      const { inputs, readKey } = manifestOf(w, "s-2")!;
      expect(inputs.get("data")?.source?.readKey).toBe(readKey);
      expect(w.store.objects.get("s/data")?.metadata["read-key"]).toBe(readKey);
    }
  });

  test("--only-failed takes no parameters, and knows the folder's sweep", async () => {
    const w = sweepWorld();
    await expect(sweep(w.context, w.folder, { onlyFailed: true, set: ["a=1"] })).rejects.toThrow(
      /--only-failed or --set, not both/,
    );
    await expect(sweep(w.context, w.folder, { onlyFailed: true })).rejects.toThrow(/no sweep/);
    await expect(sweep(w.context, "other", { onlyFailed: true })).rejects.toMatchObject({
      code: "no-such-job",
    });
  });
});

import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { S3Error } from "../../../../bucket/s3/s3-error.ts";
import { removeStaleInputs } from "../../../../headnode/steps/stale-inputs.ts";
import { LINKS_KEPT, LINKS_METADATA } from "../../../../protocol/links.ts";
import { submittedWorld, world } from "../../../support/agent-world.ts";
import { task } from "../../../support/fake-slurm.ts";

const SCRIPT = { "job-aws-run.sh": "#!/bin/sh\n" };

/** A job writes a result. */
function write(folder: string, path: string) {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), "result");
}

describe("results win over inputs of the same name", () => {
  /** Keys under the prefix after a job with these inputs has worked in its folder. */
  async function after(inputs: Record<string, string>, work: (folder: string) => void) {
    const { w, version } = await submittedWorld({
      files: { ...SCRIPT, ...inputs },
      metadata: { [LINKS_METADATA]: LINKS_KEPT },
    });
    work(join(w.workRoot, "job1", version));
    w.end("1", task("COMPLETED"));
    await w.until(() => w.state("job1") === "JOB_COMPLETE");
    return [...w.store.objects.keys()]
      .filter((key) => key.startsWith("job1/") && !key.includes("job-aws-"))
      .toSorted();
  }

  test("a file that became a folder", async () => {
    const keys = await after({ x: "input", "x-y": "input" }, (folder) => {
      rmSync(join(folder, "x"));
      write(folder, "x/one");
    });
    expect(keys).toEqual(["job1/x-y", "job1/x/one"]);
  });

  test("a folder that became a file", async () => {
    const keys = await after(
      { "x/one": "input", "x/y/two": "input", "xx/one": "input" },
      (folder) => {
        rmSync(join(folder, "x"), { recursive: true });
        write(folder, "x");
      },
    );
    expect(keys).toEqual(["job1/x", "job1/xx/one"]);
  });

  test("a folder that became a link", async () => {
    const keys = await after({ "x/one": "input", "y/one": "input" }, (folder) => {
      rmSync(join(folder, "x"), { recursive: true });
      symlinkSync("y", join(folder, "x"));
    });
    expect(keys).not.toContain("job1/x/one");
  });

  test("what the job only removed stays", async () => {
    const keys = await after({ "x/one": "input", y: "input" }, (folder) => {
      rmSync(join(folder, "x"), { recursive: true });
      rmSync(join(folder, "y"));
    });
    expect(keys).toEqual(["job1/x/one", "job1/y"]);
  });

  test("afterwards no object has the name of another one's folder, and no other input is gone", async () => {
    const path = fc
      .array(fc.constantFrom("a", "b", "a-b"), { minLength: 1, maxLength: 3 })
      .map((names) => names.join("/"));
    const isBelow = (one: string, other: string) => one.startsWith(`${other}/`);
    /** As on a disk: none is below another one that is a file. */
    const tree = fc
      .uniqueArray(path)
      .map((all) => all.filter((one) => !all.some((other) => isBelow(one, other))));
    await fc.assert(
      fc.asyncProperty(tree, tree, async (inputs, results) => {
        const keys = new Set([...inputs, ...results].map((one) => `j/${one}`));
        const store = { delete: async (key: string) => void keys.delete(key) };
        const marks = new Map(inputs.map((one) => [one, "mark"]));
        await removeStaleInputs(store, "j", marks, new Map(results.map((one) => [one, true])));
        const kept = inputs.filter(
          (one) => !results.some((other) => isBelow(one, other) || isBelow(other, one)),
        );
        expect(keys).toEqual(new Set([...kept, ...results].map((one) => `j/${one}`)));
      }),
    );
  });
});

describe("a bucket whose policy lets nothing be removed", () => {
  /** A world of such a bucket. */
  async function keeping() {
    const w = world();
    const logged: object[] = [];
    w.onLog = (line) => void logged.push(line);
    w.store.before = (operation) => {
      if (operation === "delete") throw new S3Error("AccessDenied", "no", { status: 403 });
    };
    await w.start();
    return { w, logged };
  }

  test("a job ends all the same, and its record says what stays", async () => {
    const { w, logged } = await keeping();
    await w.upload("job1", { ...SCRIPT, x: "input", "x-y": "input" });
    const version = await w.ask("job1", "FILE_UPLOAD");
    await w.until(() => w.state("job1") === "JOB_SUBMIT");
    const folder = join(w.workRoot, "job1", version);
    rmSync(join(folder, "x"));
    write(folder, "x/one");
    w.end("1", task("COMPLETED"));
    await w.until(() => w.state("job1") === "JOB_COMPLETE");
    expect(w.record("job1")).toMatchObject({ outcome: "completed", stageOut: { files: 1 } });
    expect(w.record("job1")!.notes).toMatchObject([
      { code: "inputs-not-removed", values: { path: "x", count: "1" } },
    ]);
    expect(w.store.text("job1/x/one")).toBe("result");
    await w.until(() => logged.some((line) => "code" in line));
    expect(logged).toContainEqual(expect.objectContaining({ level: "warn", code: "AccessDenied" }));
    expect(logged).not.toContainEqual(expect.objectContaining({ level: "error" }));
    // The next submission of the prefix is not held up either.
    await w.ask("job1", "FILE_UPLOAD");
    await w.until(() => w.slurm.submitted.length === 2);
  });

  test("a marker that stays is not looked at again", async () => {
    const { w, logged } = await keeping();
    await w.upload("job1", SCRIPT);
    await w.ask("job1", "FILE_UPLOAD");
    await w.until(() => w.state("job1") === "JOB_SUBMIT");
    w.end("1", task("COMPLETED"));
    await w.until(() => logged.some((line) => "code" in line));
    await w.until(() => w.isPutAside("job1"));
    const before = w.store.requests.deleteMany;
    // Another request has the queue looked at.
    await w.upload("job2", SCRIPT);
    await w.ask("job2", "FILE_UPLOAD");
    await w.until(() => w.state("job2") === "JOB_SUBMIT");
    expect([w.store.requests.deleteMany, w.left().length]).toEqual([before, 2]);
  });

  test("a submission that never was in Slurm says nothing of an earlier one's", async () => {
    const { w } = await keeping();
    await w.upload("job1", { "job-aws-jobid.txt": "17\n", "job-aws-sbatch.out": "old\n" });
    await w.ask("job1", "FILE_UPLOAD");
    await w.until(() => w.state("job1") === "JOB_ERROR");
    expect(w.store.text("job1/job-aws-jobid.txt")).toBe("");
    expect(w.store.text("job1/job-aws-sbatch.out")).toBe("");
  });
});

test("a submission that never was in Slurm leaves no job id and no sbatch output of an earlier one", async () => {
  const w = world();
  await w.start();
  await w.upload("job1", {
    "job-aws-jobid.txt": "17\n",
    "job-aws-sbatch.out": "Submitted batch job 17\n",
  });
  await w.ask("job1", "FILE_UPLOAD");
  await w.until(() => w.state("job1") === "JOB_ERROR");
  expect(w.record("job1")?.error?.code).toBe("no-script");
  expect(w.store.objects.has("job1/job-aws-jobid.txt")).toBe(false);
  expect(w.store.objects.has("job1/job-aws-sbatch.out")).toBe(false);
});

test("each state names the submission that it is about", async () => {
  const { w, version } = await submittedWorld();
  const named = () => w.store.objects.get("job1/job-aws-stat.txt")?.metadata.submission;
  expect(named()).toBe(version);
  w.end("1", task("COMPLETED"));
  await w.until(() => w.state("job1") === "JOB_COMPLETE");
  expect(named()).toBe(version);
});

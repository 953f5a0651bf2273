import { mkdirSync, readFileSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { symlinkBody, symlinkMetadata } from "../../../transfer/links/symlink.ts";
import { submittedWorld, world } from "../../support/agent-world.ts";
import { arrayTask, task } from "../../support/fake-slurm.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

describe("a job", () => {
  test("JOB_COMPLETE is never early: each object comes in its order", async () => {
    const w = world();
    await w.start();
    await w.upload("job1", {
      "job-aws-run.sh": "run",
      "in/data": "1",
      "job-aws-sbatch.out": "old",
    });
    await w.upload("job2", { secret: "of another job" });
    const version = await w.ask("job1", "FILE_UPLOAD\r\n");
    await w.until(() => w.state("job1") === "JOB_SUBMIT");
    expect(w.slurm.submitted).toEqual([`cloud-submit:job1:${version}`]);
    expect(w.store.text("job1/job-aws-jobid.txt")).toBe("1\n");
    expect(w.store.text("job1/job-aws-sbatch.out")).toBe("Submitted batch job 1\n");
    expect(w.record("job1")).toMatchObject({ state: "JOB_SUBMIT", slurm: { jobId: "1" } });

    const work = join(w.workRoot, "job1", version);
    expect(readFileSync(join(work, "in/data"), "utf8")).toBe("1");
    w.store.writes.length = 0;
    mkdirSync(join(work, "out"));
    writeFileSync(join(work, "out/result"), "42");
    writeFileSync(join(work, "in/data"), "2");
    w.end("1", task("COMPLETED"));
    await w.until(() => w.state("job1") === "JOB_COMPLETE");
    expect(w.written().slice(0, 2).toSorted()).toEqual(["job1/in/data", "job1/out/result"]);
    expect(w.written().slice(2)).toEqual(["job1/job-aws-job.json", "job1/job-aws-stat.txt"]);
    expect(w.record("job1")).toMatchObject({
      state: "JOB_COMPLETE",
      outcome: "completed",
      stageIn: { verdict: "complete", files: 2 },
      stageOut: { verdict: "complete", files: 2 },
    });
    await w.until(() => w.published.length === 2);
    expect(w.published.map(({ from, to }) => [from, to])).toEqual([
      ["FILE_UPLOAD", "JOB_SUBMIT"],
      ["JOB_SUBMIT", "JOB_COMPLETE"],
    ]);
    await w.until(() => w.left().length === 0);
  });

  test("is submitted once, however often its request comes", async () => {
    const w = world();
    await w.start();
    await w.upload("job1");
    const version = await w.ask("job1", "FILE_UPLOAD");
    for (let time = 0; time < 5; time++) w.deliver("job1", version);
    await w.until(() => w.state("job1") === "JOB_SUBMIT");
    w.deliver("job1", version);
    w.end("1", task("COMPLETED"));
    await w.until(() => w.state("job1") === "JOB_COMPLETE");
    w.deliver("job1", version);
    await w.untilTaken();
    expect(w.slurm.submitted).toHaveLength(1);
    expect(w.state("job1")).toBe("JOB_COMPLETE");
  });

  test("of an old request is not run when the state says otherwise by now", async () => {
    const w = world();
    await w.start();
    await w.upload("job1");
    await w.store.put("job1/job-aws-stat.txt", "JOB_COMPLETE");
    await w.store.put(".cloud-submit/pending/job1/run-old.json", "{}");
    w.deliver("job1", "old");
    await w.until(() => !w.store.objects.has(".cloud-submit/pending/job1/run-old.json"));
    expect([w.slurm.submitted, w.state("job1")]).toEqual([[], "JOB_COMPLETE"]);
  });

  test("can be submitted again once it has ended", async () => {
    const w = world();
    await w.start();
    await w.upload("job1");
    for (const id of ["1", "2"]) {
      await w.ask("job1", "FILE_UPLOAD");
      await w.until(() => w.state("job1") === "JOB_SUBMIT");
      w.end(id, task("FAILED", 3));
      await w.until(() => w.state("job1") === "JOB_COMPLETE");
      expect(w.record("job1")).toMatchObject({
        outcome: "failed",
        slurm: { jobId: id, exitCode: 3 },
      });
    }
    expect(new Set(w.slurm.submitted).size).toBe(2);
  });

  test("that is active is left alone: a second FILE_UPLOAD is refused and the state put back", async () => {
    const { w, version: first } = await submittedWorld();
    const second = await w.ask("job1", "FILE_UPLOAD");
    await w.until(() => w.state("job1") === "JOB_SUBMIT");
    expect(w.record("job1")).toMatchObject({
      submission: first,
      refused: [{ submission: second }],
    });
    w.end("1", task("COMPLETED"));
    await w.until(() => w.state("job1") === "JOB_COMPLETE");
    expect(w.slurm.submitted).toHaveLength(1);
  });

  test("A job array or a requeued job is complete when its last task is", async () => {
    const { w } = await submittedWorld();
    w.end("1", arrayTask("1", "COMPLETED"), arrayTask("2", "PENDING"));
    w.end("1", arrayTask("1", "COMPLETED"), arrayTask("2", "REQUEUED"));
    await w.untilCompleted("job1", 1);
    expect(w.state("job1")).toBe("JOB_SUBMIT");
    w.end("1", arrayTask("1", "COMPLETED"), arrayTask("2", "FAILED", 1));
    await w.until(() => w.state("job1") === "JOB_COMPLETE");
    expect(w.record("job1")).toMatchObject({
      outcome: "failed",
      slurm: {
        tasks: {
          total: 2,
          completed: 1,
          outcomes: { completed: 1, failed: 1 },
          incomplete: [{ ids: "2", outcome: "failed", exitCode: 1 }],
        },
      },
    });
  });

  test("that Slurm ended without running a hook is noticed", async () => {
    const { w } = await submittedWorld();
    w.slurm.ends.set("1", [task("CANCELLED")]);
    await w.until(() => w.state("job1") === "JOB_COMPLETE");
    expect(w.record("job1")?.outcome).toBe("cancelled");
  });
});

describe("a job that will not run", () => {
  test("has no script: JOB_ERROR says which", async () => {
    const w = world();
    await w.start();
    await w.upload("job1", { data: "1" });
    await w.ask("job1", "FILE_UPLOAD");
    await w.until(() => w.state("job1") === "JOB_ERROR");
    expect(w.record("job1")).toMatchObject({
      outcome: "rejected",
      error: { code: "no-script", message: expect.stringContaining("job1/job-aws-run.sh") },
    });
    expect(w.slurm.submitted).toEqual([]);
  });

  test("is refused by sbatch: its words are in the bucket before JOB_ERROR", async () => {
    const w = world();
    w.slurm.refuse = "sbatch: error: invalid partition specified: nosuch\n";
    await w.start();
    await w.upload("job1");
    await w.ask("job1", "FILE_UPLOAD");
    await w.until(() => w.state("job1") === "JOB_ERROR");
    expect(w.written().slice(-3)).toEqual([
      "job1/job-aws-sbatch.out",
      "job1/job-aws-job.json",
      "job1/job-aws-stat.txt",
    ]);
    expect(w.store.text("job1/job-aws-sbatch.out")).toBe(w.slurm.refuse);
    expect(w.record("job1")).toMatchObject({
      outcome: "submit-failed",
      error: { code: "sbatch-refused" },
    });
  });
});

describe("results", () => {
  test("that cannot be sent: the record tells how the job ended, stdout is there, and sending goes on where it was", async () => {
    const { w, version } = await submittedWorld();
    const work = join(w.workRoot, "job1", version);
    writeFileSync(join(work, "stdout.txt"), "said");
    for (const name of ["a", "b", "c"]) writeFileSync(join(work, name), name);
    let broken = true;
    w.store.before = (operation, key) => {
      if (broken && operation === "put" && key === "job1/c") throw new Error("503 SlowDown");
    };
    w.store.writes.length = 0;
    w.end("1", { ...task("FAILED", 3), outputPaths: [join(work, "stdout.txt")] });
    await w.until(() => w.record("job1")?.slurm?.exitCode === 3);
    expect([w.store.writes[0], w.state("job1")]).toEqual(["job1/stdout.txt", "JOB_SUBMIT"]);
    broken = false;
    await w.until(() => w.state("job1") === "JOB_COMPLETE");
    for (const name of ["a", "b", "c", "stdout.txt"])
      expect(w.store.writes.filter((key) => key === `job1/${name}`)).toHaveLength(1);
    expect(w.record("job1")?.stageOut).toMatchObject({ verdict: "complete", files: 4 });
  });

  test("come back while the folders of many new jobs are still on their way in", async () => {
    const { w } = await submittedWorld();
    const listed: string[] = [];
    w.store.before = (operation, key) => {
      if (operation !== "list" || !key.startsWith("large")) return;
      listed.push(key);
      return new Promise<never>(() => undefined);
    };
    for (let at = 0; at < 8; at++) {
      await w.upload(`large${at}`);
      await w.ask(`large${at}`, "FILE_UPLOAD");
    }
    await w.until(() => listed.length === 4);
    w.end("1", task("COMPLETED"));
    await w.until(() => w.state("job1") === "JOB_COMPLETE");
    expect(listed).toHaveLength(4);
  });

  test("are what the job made or changed, links among them; the bucket is not listed for them", async () => {
    const w = world();
    await w.start();
    await w.upload("job1", { "job-aws-run.sh": "#!/bin/sh\n", kept: "1", changed: "1" });
    await w.store.put("job1/linked", symlinkBody("kept"), { metadata: symlinkMetadata("kept") });
    const version = await w.ask("job1", "FILE_UPLOAD", { links: "keep" });
    await w.until(() => w.state("job1") === "JOB_SUBMIT");
    const work = join(w.workRoot, "job1", version);
    // The job sees the link.
    expect(readlinkSync(join(work, "linked"))).toBe("kept");
    writeFileSync(join(work, "changed"), "2");
    symlinkSync("changed", join(work, "latest"));
    symlinkSync("/etc/passwd", join(work, "stolen"));
    let listings = 0;
    w.store.before = (operation) => void (listings += Number(operation === "list"));
    w.store.writes.length = 0;
    w.end("1", task("COMPLETED"));
    await w.until(() => w.state("job1") === "JOB_COMPLETE");
    expect(w.written().slice(0, -2).toSorted()).toEqual(["job1/changed", "job1/latest"]);
    expect(w.store.objects.get("job1/latest")?.metadata).toMatchObject({ symlink: "changed" });
    expect(listings).toBe(0);
    expect(w.record("job1")?.stageOut?.skipped.map(({ path }) => path)).toEqual(["stolen"]);
  });

  test("hold copies in place of links for a client that has not said that it knows links", async () => {
    const { w, version } = await submittedWorld();
    const work = join(w.workRoot, "job1", version);
    writeFileSync(join(work, "result"), "42");
    symlinkSync("result", join(work, "latest"));
    symlinkSync("/etc/passwd", join(work, "stolen"));
    w.end("1", task("COMPLETED"));
    await w.until(() => w.state("job1") === "JOB_COMPLETE");
    expect(w.store.text("job1/latest")).toBe("42");
    expect(w.store.objects.get("job1/latest")?.metadata).not.toHaveProperty("symlink");
    expect(w.record("job1")?.stageOut?.skipped.map(({ path }) => path)).toEqual(["stolen"]);
  });

  test("are none of what a job has put a link to in place of its folder", async () => {
    const { w, version } = await submittedWorld();
    const [work, elsewhere] = [join(w.workRoot, "job1", version), temporaryFolder()];
    writeFileSync(join(elsewhere, "secret"), "of somebody else");
    rmSync(work, { recursive: true });
    symlinkSync(elsewhere, work);
    w.end("1", { ...task("COMPLETED"), outputPaths: [join(work, "secret")] });
    await w.until(() => w.state("job1") === "JOB_COMPLETE");
    expect(w.store.objects.has("job1/secret")).toBe(false);
    expect(w.record("job1")?.stageOut).toMatchObject({ verdict: "partial", skippedCount: 1 });
  });

  test("of a job that removed its own folder: it still ends, and the record says so", async () => {
    const { w, version } = await submittedWorld();
    rmSync(join(w.workRoot, "job1", version), { recursive: true });
    w.end("1", task("COMPLETED"));
    await w.until(() => w.state("job1") === "JOB_COMPLETE");
    expect(w.record("job1")?.stageOut).toMatchObject({ verdict: "partial", skippedCount: 1 });
  });
});

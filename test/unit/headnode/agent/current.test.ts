import { describe, expect, test } from "@jest/globals";
import { currentVerdict, isTold } from "../../../../headnode/slurm/current.ts";
import { submittedWorld, world } from "../../../support/agent-world.ts";
import { task } from "../../../support/fake-slurm.ts";

const pending = (reason: string) => ({ ...task("PENDING"), reason });

describe("while a job is in Slurm, its record tells", () => {
  test("Slurm's state and reason, written only when they change", async () => {
    const w = world();
    await w.start();
    await w.upload("job1");
    w.slurm.ends.set("1", [pending("Nodes_required_for_job_are_DOWN")]);
    await w.ask("job1", "FILE_UPLOAD");
    await w.until(() => w.state("job1") === "JOB_SUBMIT");
    w.skip(10_000);
    await w.until(() => w.record("job1")?.slurm?.state === "PENDING");
    expect(w.record("job1")).toMatchObject({
      state: "JOB_SUBMIT",
      slurm: { jobId: "1", reason: "Nodes required for job are DOWN", restarts: 0 },
    });

    w.slurm.ends.set("1", [{ ...task("RUNNING"), nodes: "n[1-2]", restarts: 1 }]);
    await w.until(() => w.record("job1")?.slurm?.state === "RUNNING");
    expect(w.record("job1")?.slurm).toEqual({
      jobId: "1",
      state: "RUNNING",
      nodes: "n[1-2]",
      restarts: 1,
    });
    const records = () => w.store.writes.filter((key) => key.endsWith("job.json")).length;
    const before = records();
    // Several comparisons with Slurm later.
    let compared = 0;
    const running = new Map([["1", { state: "RUNNING", reason: "None" }]]);
    w.slurm.activeJobs = async () => {
      compared += 1;
      return running;
    };
    await w.until(() => compared >= 3);
    expect(records()).toBe(before);

    w.end("1", task("COMPLETED"));
    await w.until(() => w.state("job1") === "JOB_COMPLETE");
    expect(w.record("job1")?.slurm).toMatchObject({ state: "COMPLETED", exitCode: 0 });
  });

  test("nothing of a job that ends at once", async () => {
    const { w } = await submittedWorld();
    w.end("1", task("COMPLETED"));
    await w.until(() => w.state("job1") === "JOB_COMPLETE");
    expect(w.store.writes.filter((key) => key === "job1/job-aws-job.json")).toHaveLength(2);
  });

  test("what it can, and a bucket that fails holds up nothing", async () => {
    const w = world();
    await w.start();
    await w.upload("job1");
    w.slurm.ends.set("1", [pending("Priority")]);
    await w.ask("job1", "FILE_UPLOAD");
    await w.until(() => w.state("job1") === "JOB_SUBMIT");
    let refused = 0;
    w.store.before = (operation, key) => {
      if (operation !== "put" || !key.endsWith("job.json") || refused > 0) return;
      refused += 1;
      throw new Error("SlowDown");
    };
    w.skip(10_000);
    await w.until(() => w.record("job1")?.slurm?.reason === "Priority");
    expect(refused).toBe(1);
  });
});

test("a task with nodes speaks for an array, and ended ones do not", () => {
  const tasks = [task("COMPLETED"), pending("Priority"), { ...task("RUNNING"), nodes: "n1" }];
  expect(currentVerdict("7", tasks)).toMatchObject({ state: "RUNNING", nodes: "n1" });
  expect(currentVerdict("7", tasks.slice(0, 2))).toMatchObject({
    state: "PENDING",
    reason: "Priority",
  });
  expect(isTold({ jobId: "7", state: "RUNNING" }, { state: "RUNNING", reason: "None" })).toBe(true);
});

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import type { SlurmTask } from "../../../../../headnode/slurm/job-state.ts";
import { task } from "../../../../support/fake-slurm.ts";
import { runningJob } from "../../../../support/running-job.ts";

describe("a job array", () => {
  const one = (state: string, arrayTask: string, outputPaths: string[]): SlurmTask => ({
    ...task(state),
    id: arrayTask,
    arrayTask,
    outputPaths,
  });

  test("has an object for each task that has begun, and a place for each in the record", async () => {
    const { w, work, held, submission } = await runningJob((folder) => [
      one("RUNNING", "1", [join(folder, "out_1")]),
      one("PENDING", "2-3", [join(folder, "out_4294967294")]),
    ]);
    writeFileSync(join(work, "out_1"), "first\n");
    await w.until(() => held("stdout-1")?.text === "first\n");
    // Slurm has forgotten the first one by now.
    w.slurm.ends.set("1", [
      one("RUNNING", "3", [join(work, "out_3")]),
      one("RUNNING", "2", [join(work, "out_2")]),
    ]);
    for (const id of ["2", "3"]) writeFileSync(join(work, `out_${id}`), `task ${id}\n`);
    await w.until(() => held("stdout-2") !== undefined && held("stdout-3") !== undefined);
    w.end("1", one("COMPLETED", "3", [join(work, "out_3")]));
    await w.until(() => w.state("job1") === "JOB_COMPLETE");
    expect(w.record("job1")).toMatchObject({ submission, state: "JOB_COMPLETE" });
    expect(w.record("job1")?.output).toEqual([
      { task: 1, stdout: "out_1" },
      { task: 2, stdout: "out_2" },
      { task: 3, stdout: "out_3" },
    ]);
  });

  test("of which a task begins is noticed, although no hook tells of it", async () => {
    const { w, work, held } = await runningJob((folder) => [
      one("RUNNING", "1", [join(folder, "out_1")]),
    ]);
    writeFileSync(join(work, "out_1"), "first\n");
    await w.until(() => held("stdout-1") !== undefined);
    // Slurm's squeue lists the job as active: reconcile has no cause to look at it.
    w.slurm.activeJobs = async () => new Map([["1", { state: "RUNNING", reason: "None" }]]);
    await w.someRounds();
    w.slurm.ends.set("1", [
      one("RUNNING", "1", [join(work, "out_1")]),
      one("RUNNING", "2", [join(work, "out_2")]),
    ]);
    writeFileSync(join(work, "out_2"), "second\n");
    w.skip(10_000);
    await w.until(() => held("stdout-2")?.text === "second\n");
  });
});

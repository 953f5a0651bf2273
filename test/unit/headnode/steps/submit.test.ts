import { describe, expect, test } from "@jest/globals";
import { CloudSubmitError } from "../../../../protocol/error.ts";
import { world } from "../../../support/agent-world.ts";
import { arrayTask, task } from "../../../support/fake-slurm.ts";

/** An agent that has been asked for job1. */
async function asked(prepare: (w: ReturnType<typeof world>) => void, script = "true") {
  const w = world();
  prepare(w);
  await w.start();
  await w.upload("job1", { "job-aws-run.sh": `#!/bin/sh\n${script}\n` });
  await w.ask("job1", "FILE_UPLOAD");
  return w;
}

describe("a job that sbatch refuses", () => {
  test("is told of in all that sbatch said, not in its last line", async () => {
    const said =
      "sbatch: lua: no --time: add one\nsbatch: error: Batch job submission failed: Unspecified error\n";
    const w = await asked(({ slurm }) => {
      slurm.refuse = said;
    });
    await w.until(() => w.state("job1") === "JOB_ERROR");
    expect(w.record("job1")).toMatchObject({
      outcome: "submit-failed",
      error: { code: "sbatch-refused", message: said.trim() },
    });
    expect(w.store.text("job1/job-aws-sbatch.out")).toBe(said);
  });

  test("is told of in 4 KiB at most", async () => {
    const w = await asked(({ slurm }) => {
      slurm.refuse = "あ".repeat(5000);
    });
    await w.until(() => w.state("job1") === "JOB_ERROR");
    const message = w.record("job1")?.error?.message ?? "";
    expect(Buffer.byteLength(message)).toBeLessThanOrEqual(4098);
    expect(message.startsWith("あ".repeat(1300))).toBe(true);
  });
});

describe("a job whose sbatch has no answer", () => {
  const silent = ({ slurm }: ReturnType<typeof world>) => {
    slurm.onSubmit = (when) => {
      if (when === "before") throw new CloudSubmitError("slurm", "nobody answered");
    };
  };

  test("can be cancelled", async () => {
    const w = await asked(silent);
    let submitting = false;
    w.onLog = ({ phase }) => {
      submitting ||= phase === "submitting";
    };
    await w.until(() => submitting);
    await w.ask("job1", "JOB_CANCEL");
    await w.until(() => w.state("job1") === "JOB_ERROR");
    expect(w.record("job1")).toMatchObject({ outcome: "cancelled", error: { code: "cancelled" } });
    expect(w.slurm.submitted).toEqual([]);
  });

  test("ends, when Slurm answers everything else for long enough", async () => {
    let calls = 0;
    const w = await asked(({ slurm }) => {
      slurm.onSubmit = () => {
        calls += 1;
        throw new CloudSubmitError("slurm", "nobody answered");
      };
    });
    await w.until(() => w.state("job1") === "JOB_ERROR");
    expect(w.record("job1")).toMatchObject({ outcome: "submit-failed" });
    expect(calls).toBe(8);
  });
});

test("jobs that a job has submitted are told of", async () => {
  const w = await asked(({ slurm }) => slurm.ownJobs.set("1", ["7", "9"]));
  await w.until(() => w.state("job1") === "JOB_SUBMIT");
  w.end("1", task("COMPLETED"));
  await w.until(() => w.state("job1") === "JOB_COMPLETE");
  expect(w.record("job1")?.notes).toEqual([{ code: "jobs-of-its-own", values: { ids: "7,9" } }]);
});

test.each([
  ["lost when it may have run", "", "lost"],
  ["cancelled when it waited at the look of sbatch", "2-4", "cancelled"],
])("a task of an array that no later look showed is %s", async (_, waiting, outcome) => {
  const w = await asked(({ slurm }) => slurm.arrays.set("1", { tasks: "1-4", waiting }));
  await w.until(() => w.state("job1") === "JOB_SUBMIT");
  w.end("1", arrayTask("1-3", "COMPLETED"));
  await w.until(() => w.state("job1") === "JOB_COMPLETE");
  expect(w.record("job1")).toMatchObject({
    outcome,
    slurm: { tasks: { total: 4, completed: 3, incomplete: [{ ids: "4", outcome }] } },
  });
});

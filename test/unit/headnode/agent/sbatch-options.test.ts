import { expect, test } from "@jest/globals";
import { SBATCH_METADATA } from "../../../../protocol/sbatch-options.ts";
import { submittedWorld, world } from "../../../support/agent-world.ts";
import { task } from "../../../support/fake-slurm.ts";

const withOptions = (...options: string[]) => ({ [SBATCH_METADATA]: JSON.stringify(options) });

test("options come with FILE_UPLOAD, reach sbatch, and are in the record", async () => {
  const { w } = await submittedWorld({ metadata: withOptions("-N", "2", "--time=1:00:00") });
  expect(w.slurm.options).toEqual([["--nodes=2", "--time=1:00:00"]]);
  expect(w.record("job1")?.sbatchOptions).toEqual(["--nodes=2", "--time=1:00:00"]);
});

test("a later FILE_UPLOAD of a client that knows nothing of options has none", async () => {
  const { w } = await submittedWorld({ metadata: withOptions("--nodes=2") });
  w.end("1", task("COMPLETED"));
  await w.until(() => w.state("job1") === "JOB_COMPLETE");
  await w.ask("job1", "FILE_UPLOAD");
  await w.until(() => w.state("job1") === "JOB_SUBMIT");
  expect(w.slurm.options).toEqual([["--nodes=2"], []]);
  expect(w.record("job1")?.sbatchOptions).toBeUndefined();
});

test("options outlive an agent that dies before sbatch", async () => {
  const w = world();
  const first = await w.start();
  await w.upload("job1");
  w.slurm.onSubmit = (when) => {
    if (when === "before") first.kill();
    throw new Error("killed");
  };
  await w.ask("job1", "FILE_UPLOAD", withOptions("--nodes=2"));
  let died = false;
  w.slurm.onLook = () => {
    died = true;
  };
  await w.until(() => died);
  w.slurm.onSubmit = () => undefined;
  await w.start();
  await w.until(() => w.state("job1") === "JOB_SUBMIT");
  expect(w.slurm.options).toEqual([["--nodes=2"]]);
});

test.each([
  ["that would replace the script", '["--wrap=id"]', "--wrap"],
  ["that is none", "[1]", "no JSON array"],
])("a request with an option %s ends in JOB_ERROR with the reason", async (_name, text, words) => {
  const w = world();
  await w.start();
  await w.upload("job1");
  await w.ask("job1", "FILE_UPLOAD", { [SBATCH_METADATA]: text });
  await w.until(() => w.state("job1") === "JOB_ERROR");
  expect(w.record("job1")).toMatchObject({
    outcome: "rejected",
    error: { code: "bad-option", message: expect.stringContaining(words) },
  });
  expect(w.slurm.submitted).toEqual([]);
  await w.until(() => w.left().length === 0);
});

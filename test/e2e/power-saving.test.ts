import { afterEach, expect, test } from "@jest/globals";
import { NO_CAPACITY } from "../../local/slurm/power-programs.ts";
import { jobFolder } from "../support/job-folder.ts";
import { cli, eventually, newPrefix, record } from "../support/local-cloud.ts";

const prefix = newPrefix("power");

afterEach(async () => {
  await cli(["cancel", prefix, "--wait"]);
});

test("a job whose nodes AWS does not give waits, says why, and can be cancelled", async () => {
  const submitted = await cli([
    "submit",
    jobFolder("true"),
    "--prefix",
    prefix,
    "--",
    "--partition=cloud",
  ]);
  expect([submitted.code, submitted.stderr]).toEqual([0, expect.any(String)]);

  // Slurm tries once more after each failed resume, and says so of the job; the code stands in the node alone.
  const told = await eventually("the record tells of the nodes", async () => {
    const found = await record(prefix);
    return found?.slurm?.nodeReason !== undefined && found;
  });
  expect(told.state).toBe("JOB_SUBMIT");
  expect(told.slurm).toMatchObject({ state: "PENDING", nodeReason: NO_CAPACITY });
  expect(told.slurm?.restarts).toBeGreaterThan(0);
  expect((await cli(["status", prefix])).stdout).toContain(NO_CAPACITY);
  await eventually(
    "the record says that Slurm waits before it tries again",
    async () => (await record(prefix))?.slurm?.reason === "BeginTime",
  );

  expect((await cli(["cancel", prefix, "--wait"])).code).toBe(0);
  expect(await record(prefix)).toMatchObject({ outcome: "cancelled" });
});

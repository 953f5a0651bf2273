import { expect, test } from "@jest/globals";
import { submittedWorld } from "../../../support/agent-world.ts";
import { task } from "../../../support/fake-slurm.ts";

const CAPACITY = "(Code:InsufficientInstanceCapacity)Failure when resuming nodes";
const pending = (reason: string, restarts: number) => ({
  ...task("PENDING"),
  reason,
  restarts,
  partition: "main",
});

/** The record's verdict once it says something of a job that waits in this way. */
async function told(waiting: ReturnType<typeof pending>, at: number) {
  const { w } = await submittedWorld();
  w.slurm.reasons = [{ nodes: "n1", reason: CAPACITY, at }];
  w.skip(10_000);
  w.end("1", waiting);
  await w.until(() => w.record("job1")?.slurm?.state === "PENDING");
  return w.record("job1")?.slurm;
}

test("a job that was put back for want of a node is told why", async () => {
  expect(await told(pending("BeginTime", 1), Date.now() + 5_000)).toMatchObject({
    reason: "BeginTime",
    nodeReason: CAPACITY,
  });
});

test("a job whose nodes are down is told why", async () => {
  const down = pending("Nodes_required_for_job_are_DOWN,_DRAINED_or_reserved", 0);
  expect(await told(down, Date.now() + 5_000)).toMatchObject({ nodeReason: CAPACITY });
});

test.each([
  ["from long before the job", pending("BeginTime", 1), 0],
  ["when the job waits for its turn", pending("Priority", 0), Date.now() + 5_000],
])("a reason %s is not the job's", async (_name, waiting, at) => {
  expect(await told(waiting, at)).not.toHaveProperty("nodeReason");
});

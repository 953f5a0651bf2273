import { expect, test } from "@jest/globals";
import { ALL_HEAD_NODES, isUnderWay, sendCommandInput } from "../../../protocol/ssm-command.ts";

const command = { document: "d", parameters: { Action: "run", Prefix: "job1" }, comment: "c" };

test("one instance is addressed by its id, a cluster's Head Node by its tags", () => {
  const byId = sendCommandInput({ ...command, target: { instanceId: "i-1" } });
  expect(byId).toMatchObject({
    DocumentName: "d",
    InstanceIds: ["i-1"],
    Parameters: { Action: ["run"], Prefix: ["job1"] },
    Comment: "c",
  });
  expect(byId).not.toHaveProperty("Targets");
  const byTags = sendCommandInput({ ...command, target: { clusterName: "hpc" } });
  expect(byTags).toMatchObject({
    Targets: [{ Key: "tag:parallelcluster:cluster-name", Values: ["hpc"] }, ALL_HEAD_NODES],
  });
  expect(byTags).not.toHaveProperty("InstanceIds");
  // Shorter, and the end of a burst runs out while it waits.
  for (const one of [byId, byTags]) expect(one.TimeoutSeconds).toBeGreaterThanOrEqual(600);
});

test("a command that is on its way, or being cancelled, can still change; no other can", () => {
  for (const status of ["Pending", "Delayed", "InProgress", "Cancelling"])
    expect(isUnderWay(status)).toBe(true);
  for (const status of ["Success", "Failed", "TimedOut", "Cancelled", "", "pending"])
    expect(isUnderWay(status)).toBe(false);
});

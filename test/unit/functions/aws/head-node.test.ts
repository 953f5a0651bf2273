import { ListCommandInvocationsCommand, SendCommandCommand, SSMClient } from "@aws-sdk/client-ssm";
import { beforeEach, describe, expect, test } from "@jest/globals";
import { mockClient } from "aws-sdk-client-mock";
import { HeadNode } from "../../../../functions/aws/head-node.ts";

const ssm = mockClient(SSMClient);
const request = {
  action: "run",
  prefix: "p".repeat(128),
  submission: "s1",
  requester: {},
} as const;

beforeEach(() => void ssm.reset());

test("sends the document's four parameters and nothing else", async () => {
  ssm.on(SendCommandCommand).resolves({ Command: { CommandId: "c1" } });
  const headNode = new HeadNode(new SSMClient({}), "doc", { instanceId: "i-1" });
  expect(await headNode.send(request)).toBe("c1");
  const sent = ssm.commandCalls(SendCommandCommand)[0]?.args[0].input;
  expect(sent).toMatchObject({ DocumentName: "doc", InstanceIds: ["i-1"] });
  expect(sent?.Parameters).toEqual({
    Action: ["run"],
    Prefix: ["p".repeat(128)],
    Submission: ["s1"],
    Requester: [""],
  });
  // Shorter, and the end of a burst runs out while it waits.
  expect(sent?.TimeoutSeconds).toBeGreaterThanOrEqual(600);
  expect(sent?.Comment?.length).toBeLessThanOrEqual(100);
});

test("addresses a ParallelCluster's Head Node by its tags", async () => {
  ssm.on(SendCommandCommand).resolves({ Command: { CommandId: "c1" } });
  await new HeadNode(new SSMClient({}), "doc", { clusterName: "hpc" }).send(request);
  expect(ssm.commandCalls(SendCommandCommand)[0]?.args[0].input.Targets).toEqual([
    { Key: "tag:parallelcluster:cluster-name", Values: ["hpc"] },
    { Key: "tag:parallelcluster:node-type", Values: ["HeadNode"] },
  ]);
});

test("throws what SSM says", async () => {
  ssm.on(SendCommandCommand).rejects(new Error("InvalidInstanceId"));
  const headNode = new HeadNode(new SSMClient({}), "doc", { instanceId: "i-1" });
  await expect(headNode.send(request)).rejects.toThrow("InvalidInstanceId");
});

test("a command without an id is an error: nobody could ask after it", async () => {
  ssm.on(SendCommandCommand).resolves({ Command: {} });
  const headNode = new HeadNode(new SSMClient({}), "doc", { instanceId: "i-1" });
  await expect(headNode.send(request)).rejects.toMatchObject({ code: "aws" });
});

describe("explain", () => {
  const explain = () =>
    new HeadNode(new SSMClient({}), "doc", { instanceId: "i-1" }).explain("c-1");

  test("asks for this command's details, and tells what the hook printed and how it ended", async () => {
    ssm.on(ListCommandInvocationsCommand, { CommandId: "c-1", Details: true }).resolves({
      CommandInvocations: [
        { DocumentName: "another", Status: "Success", CommandPlugins: [{ Output: "not ours" }] },
        {
          DocumentName: "doc",
          Status: "Failed",
          Comment: "attempt 2: run job1",
          StatusDetails: "Delivery Timed Out",
          CommandPlugins: [
            {
              ResponseCode: 64,
              // As the real SSM agent puts it.
              Output:
                "\n----------ERROR-------\ncloud-submit: no\nfailed to run commands: exit status 64",
            },
          ],
        },
      ],
    });
    expect(await explain()).toEqual({
      attempt: 2,
      details: "Delivery Timed Out",
      exitCode: 64,
      output: "cloud-submit: no",
    });
  });

  test.each([
    ["only a status", { DocumentName: "doc", Status: "TimedOut" as const }, "TimedOut"],
    ["nothing", { DocumentName: "doc" }, ""],
  ])("a command that never ran and of which SSM says %s has no exit code", async (...row) => {
    const [, invocation, details] = row;
    ssm.on(ListCommandInvocationsCommand).resolves({ CommandInvocations: [invocation] });
    expect(await explain()).toEqual({ attempt: 1, details, exitCode: undefined, output: "" });
  });

  test.each([
    [{}],
    [{ CommandInvocations: [] }],
    [{ CommandInvocations: [{ DocumentName: "AWS-RunShellScript" }] }],
  ])("a command that no machine had, or of another document (%j), is not known", async (answer) => {
    ssm.on(ListCommandInvocationsCommand).resolves(answer);
    expect(await explain()).toBeUndefined();
  });
});

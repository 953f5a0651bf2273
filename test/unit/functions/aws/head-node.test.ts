import { ListCommandInvocationsCommand, SendCommandCommand, SSMClient } from "@aws-sdk/client-ssm";
import { beforeEach, describe, expect, test } from "@jest/globals";
import { mockClient } from "aws-sdk-client-mock";
import { HeadNode } from "../../../../functions/aws/head-node.ts";
import { commentOf } from "../../../../functions/requests/command-comment.ts";

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
    expect(await explain()).toEqual({ details, exitCode: undefined, output: "" });
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

describe("onTheirWay", () => {
  test("asks for this document's commands that have not ended, every page, of no longer than they live", async () => {
    const now = new Date("2026-11-28T12:00:00.500Z");
    const at = (seconds: number) => new Date(now.getTime() - seconds * 1000);
    const request = { action: "run", prefix: "job1", submission: "s1" } as const;
    const Comment = commentOf(request);
    ssm.on(ListCommandInvocationsCommand).callsFake(({ Filters = [], NextToken }) => {
      const filters = Object.fromEntries(
        Filters.map(({ key, value }: { key: string; value: string }) => [key, value]),
      );
      expect(filters).toMatchObject({ DocumentName: "doc", InvokedAfter: "2026-11-28T11:49:30Z" });
      if (filters.Status === "Pending")
        return NextToken
          ? { CommandInvocations: [{ Comment, RequestedDateTime: at(500) }] }
          : { CommandInvocations: [{}], NextToken: "more" };
      if (filters.Status === "Delayed") return {};
      expect(filters.Status).toBe("InProgress");
      return { CommandInvocations: [{ Comment, RequestedDateTime: at(100) }] };
    });
    const headNode = new HeadNode(new SSMClient({}), "doc", { instanceId: "i-1" });
    const found = await headNode.onTheirWay(now, new AbortController().signal);
    // The youngest is 100 s old, and three are on their way.
    expect(found.has(request, now, 98_500)).toBe(true);
    expect(found.has(request, now, 98_499)).toBe(false);
    expect(found.has({ ...request, submission: "s2" }, now, 1e9)).toBe(false);
  });
});

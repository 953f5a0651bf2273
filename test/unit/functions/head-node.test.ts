import { SendCommandCommand, SSMClient } from "@aws-sdk/client-ssm";
import { beforeEach, expect, test } from "@jest/globals";
import { mockClient } from "aws-sdk-client-mock";
import { functionConfig } from "../../../functions/lib/config.ts";
import { HeadNode } from "../../../functions/lib/head-node.ts";

const ssm = mockClient(SSMClient);
const request = {
  action: "run",
  prefix: "p".repeat(128),
  submission: "s1",
  requester: "",
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

test.each([
  [{}, /BUCKET/],
  [{ BUCKET: "b", DOCUMENT_NAME: "d", EVENT_BUS: "e" }, /CLUSTER_NAME/],
  [
    {
      BUCKET: "b",
      DOCUMENT_NAME: "d",
      EVENT_BUS: "e",
      CLUSTER_NAME: "c",
      HEAD_NODE_INSTANCE_ID: "i",
    },
    /only one/,
  ],
])("the configuration %j is refused by name", (env, message) => {
  expect(() => functionConfig(env)).toThrow(message);
});

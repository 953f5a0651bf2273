import { describe, expect, test } from "@jest/globals";
import { commandDocument } from "../../../../local/ssm/document.ts";
import { acceptCommand } from "../../../../local/ssm/send-command.ts";

const instance = {
  id: "i-00000000000000001",
  tags: { "parallelcluster:cluster-name": "local", "parallelcluster:node-type": "HeadNode" },
};
const documents = new Map([
  [
    "doc",
    commandDocument.parse({
      schemaVersion: "2.2",
      mainSteps: [{ action: "aws:runShellScript", name: "s", inputs: { runCommand: ["true"] } }],
    }),
  ],
]);
const headNode = [
  { Key: "tag:parallelcluster:cluster-name", Values: ["local"] },
  { Key: "tag:parallelcluster:node-type", Values: ["HeadNode"] },
];
const accept = (body: object) => acceptCommand(body, documents, instance, "current");

describe("acceptCommand", () => {
  test.each([
    ["its id", { InstanceIds: [instance.id] }],
    ["the target InstanceIds", { Targets: [{ Key: "InstanceIds", Values: [instance.id] }] }],
    ["its tags", { Targets: headNode }],
  ])("finds the instance by %s", (_, target) => {
    const command = accept({ DocumentName: "doc", ...target });
    expect(command).toMatchObject({ instanceId: instance.id, status: "Pending" });
  });

  test("accepts targets that match nothing, without an instance", () => {
    const Targets = [{ Key: "tag:parallelcluster:cluster-name", Values: ["other"] }];
    expect(accept({ DocumentName: "doc", Targets }).instanceId).toBeUndefined();
  });

  test("expires when delivery and execution time-out are over together", () => {
    const command = accept({ DocumentName: "doc", Targets: headNode, TimeoutSeconds: 600 });
    expect(command.expiresAt - command.requestedAt).toBe((600 + 3600) * 1000);
  });

  test("takes a document's ARN for its name", () => {
    const DocumentName = "arn:aws:ssm:us-east-1:000000000000:document/doc";
    expect(accept({ DocumentName, Targets: headNode }).documentName).toBe("doc");
  });

  const target = { Targets: headNode };
  test.each([
    ["InvalidDocument", "an unknown document", { DocumentName: "other", ...target }],
    ["InvalidInstanceId", "an unknown instance", { DocumentName: "doc", InstanceIds: ["i-2"] }],
    ["ValidationException", "no target at all", { DocumentName: "doc" }],
    [
      "ValidationException",
      "a long comment",
      { DocumentName: "doc", ...target, Comment: "x".repeat(101) },
    ],
    [
      "ValidationException",
      "a timeout under 30 seconds",
      { DocumentName: "doc", ...target, TimeoutSeconds: 29 },
    ],
    [
      "InvalidParameters",
      "an unknown parameter",
      { DocumentName: "doc", ...target, Parameters: { X: ["1"] } },
    ],
  ])("gives %s for %s", (type, _, body) => {
    expect(() => accept(body)).toThrow(expect.objectContaining({ type }));
  });
});

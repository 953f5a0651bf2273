import { describe, expect, test } from "@jest/globals";
import { allows } from "../support/iam.ts";
import { packageStack, statementsOf } from "../support/stack-template.ts";

describe("a bucket whose objects are encrypted with a key of KMS", () => {
  const key = "arn:aws:kms:us-east-1:111122223333:key/12345678-1234-1234-1234-123456789012";
  const stacks = (sse: string) =>
    packageStack({
      stage: "prod",
      params: { clusterName: "c", kmsKey: key, ...(sse !== "" && { sse }) },
    }).template;
  const readers = [
    "HeadNodePolicy",
    "SubmitterPolicy",
    "OwnNameSubmitterPolicy",
    "OwnPrefixSubmitterPolicy",
    "DispatchRole",
    "SweepRole",
  ];

  test("whoever reads or writes objects may use that key, through S3, and no other", () => {
    const made = stacks("");
    const may = (
      id: string,
      action: string,
      resource: string,
      via = "s3.us-east-1.amazonaws.com",
    ) => allows(statementsOf(made, id), { action, resource, context: { "kms:ViaService": via } });
    for (const id of readers)
      for (const action of ["kms:GenerateDataKey", "kms:Decrypt"]) {
        expect([id, action, may(id, action, key)]).toEqual([id, action, true]);
        expect(may(id, action, key.replace("12345678", "87654321"))).toBe(false);
        expect(may(id, action, key, "ec2.us-east-1.amazonaws.com")).toBe(false);
      }
    for (const id of [...readers, "AuditRole"])
      for (const action of ["kms:CreateGrant", "kms:ScheduleKeyDeletion", "kms:PutKeyPolicy"])
        expect(may(id, action, key)).toBe(false);
    expect(may("AuditRole", "kms:Decrypt", key)).toBe(false);
  });

  test.each([
    ["", "aws:kms", { BucketKeyEnabled: true }],
    ["aws:kms:dsse", "aws:kms:dsse", {}],
  ])("the bucket and the functions encrypt with it (sse=%s)", (sse, algorithm, more) => {
    const made = stacks(sse);
    const rule = { SSEAlgorithm: algorithm, KMSMasterKeyID: key };
    expect(made.Resources.JobBucket!.Properties.BucketEncryption).toEqual({
      ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: rule, ...more }],
    });
    for (const name of ["Dispatch", "Sweep", "CommandDashresult"])
      expect(made.Resources[`${name}LambdaFunction`]!.Properties.Environment).toMatchObject({
        Variables: { SSE: `${algorithm}:${key}` },
      });
  });

  test("without one nobody is given a right on any key that there may be", () => {
    const { template } = packageStack({ stage: "prod", params: { clusterName: "c" } });
    const statements = readers.flatMap((id) => statementsOf(template, id));
    const onKeys = statements.filter(({ Action }) =>
      [Action].flat().some((one) => one.startsWith("kms:")),
    );
    expect(new Set(onKeys.map(({ Resource }) => Resource))).toEqual(
      new Set(["arn:aws:kms:us-east-1:111122223333:key/none"]),
    );
  });
});

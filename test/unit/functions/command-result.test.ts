import { ListObjectsV2Command, PutObjectCommand } from "@aws-sdk/client-s3";
import { ListCommandInvocationsCommand, SendCommandCommand } from "@aws-sdk/client-ssm";
import { describe, expect, test } from "@jest/globals";
import { pendingKey } from "../../../protocol/marker.ts";
import { aws, lines, requestedAt, s3, ssm, statusIs } from "../../support/handler-world.ts";
import { lambdaContext } from "../../support/lambda.ts";

const { handler: commandResult } = await import("../../../functions/command-result.ts");

describe("command-result", () => {
  const ended = (document: string) => ({
    source: "aws.ssm",
    detail: {
      "command-id": "c-1",
      "document-name": document,
      status: "Failed",
      parameters: { Action: ["run"], Prefix: ["job1"], Submission: ["v1"] },
    },
  });

  test("a command of another document is none of its business", async () => {
    await commandResult(ended("AWS-RunShellScript"), lambdaContext());
    expect(aws()).toHaveLength(0);
    expect(lines()).toEqual([
      expect.objectContaining({
        level: "INFO",
        documentName: "AWS-RunShellScript",
      }),
    ]);
  });

  test("a command that failed is sent again, and the line says why", async () => {
    statusIs("FILE_UPLOAD\n");
    const asked = { etag: "e1", time: requestedAt.getTime(), account: "1", metadata: {} };
    const Key = pendingKey({ prefix: "job1", action: "run", submission: "v1" }, asked);
    s3.on(ListObjectsV2Command, { Prefix: ".cloud-submit/pending/job1/" }).resolves({
      Contents: [{ Key, LastModified: requestedAt }],
    });
    ssm.on(ListCommandInvocationsCommand).resolves({
      CommandInvocations: [
        {
          DocumentName: "request-document",
          StatusDetails: "Failed",
          CommandPlugins: [{ ResponseCode: 75, Output: "no\nspool\n" }],
        },
      ],
    });
    await commandResult(ended("request-document"), lambdaContext());
    expect(ssm.commandCalls(SendCommandCommand).map((call) => call.args[0].input)).toEqual([
      expect.objectContaining({ Comment: "attempt 2: run job1" }),
    ]);
    expect(s3.commandCalls(PutObjectCommand)).toHaveLength(0);
    expect(lines()).toEqual([
      expect.objectContaining({
        did: "send",
        attempt: 2,
        why: "SSM: Failed, exit code 75, no spool",
      }),
    ]);
  });

  test("an event of another shape is dropped", async () => {
    await commandResult({ source: "aws.ssm", detail: {} }, lambdaContext());
    expect(aws()).toHaveLength(0);
    expect(lines()).toEqual([expect.objectContaining({ level: "ERROR" })]);
  });
});

import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { ListCommandInvocationsCommand, SendCommandCommand } from "@aws-sdk/client-ssm";
import { describe, expect, test } from "@jest/globals";
import { pendingKey } from "../../../protocol/marker.ts";
import { aws, body, lines, requestedAt, s3, ssm, statusIs } from "../../support/handler-world.ts";
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
    s3.on(GetObjectCommand, {
      Key: pendingKey({ prefix: "job1", action: "run", submission: "v1" }),
    }).callsFake(() => ({
      Body: body(
        JSON.stringify({
          version: 1,
          prefix: "job1",
          submission: "v1",
          action: "run",
          requestedAt: requestedAt.toISOString(),
          dispatcher: "i0",
        }),
      ),
    }));
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
    expect(ssm.commandCalls(SendCommandCommand)).toHaveLength(1);
    expect(s3.commandCalls(PutObjectCommand).map((call) => call.args[0].input)).toEqual([
      expect.objectContaining({
        Key: pendingKey({ prefix: "job1", action: "run", submission: "v1" }),
        Body: expect.stringContaining('"attempts":2'),
      }),
    ]);
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

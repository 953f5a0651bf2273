import { GetObjectCommand, ListObjectsV2Command } from "@aws-sdk/client-s3";
import { ListCommandInvocationsCommand, SendCommandCommand } from "@aws-sdk/client-ssm";
import { describe, expect, test } from "@jest/globals";
import { commentOf } from "../../../functions/requests/command-comment.ts";
import { pendingKey } from "../../../protocol/marker.ts";
import { body, lines, requestedAt, s3, ssm, statusIs } from "../../support/handler-world.ts";
import { lambdaContext } from "../../support/lambda.ts";

const { handler: sweep } = await import("../../../functions/sweep.ts");

describe("sweep", () => {
  const marker = {
    version: 1,
    prefix: "job1",
    submission: "v1",
    action: "run",
    requestedAt: requestedAt.toISOString(),
    attempts: 1,
    dispatcher: "i0",
  };

  /** One request without an answer; `age` in seconds. */
  function waiting(age: number) {
    statusIs("FILE_UPLOAD\n");
    const asked = new Date(Date.now() - age * 1000);
    s3.on(ListObjectsV2Command, { Prefix: ".cloud-submit/pending/" }).resolves({
      Contents: [
        {
          Key: pendingKey({ prefix: "job1", action: "run", submission: "v1" }),
          LastModified: asked,
        },
      ],
    });
    const text = JSON.stringify({ ...marker, requestedAt: asked.toISOString() });
    s3.on(GetObjectCommand, {
      Key: pendingKey({ prefix: "job1", action: "run", submission: "v1" }),
    }).callsFake(() => ({
      Body: body(text),
    }));
  }

  test("sends again what has no answer, and measures how many wait and for how long", async () => {
    waiting(1000);
    ssm.on(ListCommandInvocationsCommand).resolves({});
    await sweep({}, lambdaContext());
    expect(ssm.commandCalls(SendCommandCommand)).toHaveLength(1);
    const [line, metrics] = lines();
    expect(line).toMatchObject({ level: "INFO", swept: { sent: 1, failed: [] } });
    expect(line).not.toHaveProperty("census");
    expect(metrics).toMatchObject({
      service: "cloud-submit-test",
      RequestsWaiting: 1,
      _aws: { CloudWatchMetrics: [{ Namespace: "CloudSubmit" }] },
    });
    expect(metrics?.OldestRequestAge).toBeGreaterThanOrEqual(1000);
  });

  test("does not send what is still on its way, which waits all the same", async () => {
    waiting(1000);
    const Comment = commentOf({ action: "run", prefix: "job1", submission: "v1" });
    const RequestedDateTime = new Date(Date.now() - 1000);
    const CommandInvocations = [{ Comment, RequestedDateTime }];
    ssm.on(ListCommandInvocationsCommand).resolves({ CommandInvocations });
    await sweep({}, lambdaContext());
    expect(ssm.commandCalls(SendCommandCommand)).toHaveLength(0);
    const [line, metrics] = lines();
    expect(line).toMatchObject({ level: "INFO", swept: { sent: 0, onTheirWay: 1 } });
    expect(metrics).toMatchObject({ RequestsWaiting: 1 });
  });

  test("an SSM that does not tell what is on its way makes the line an error, and nothing ends there", async () => {
    waiting(1000);
    ssm.on(ListCommandInvocationsCommand).rejects(new Error("AccessDeniedException"));
    await sweep({}, lambdaContext());
    expect(ssm.commandCalls(SendCommandCommand)).toHaveLength(1);
    expect(lines()[0]).toMatchObject({
      level: "ERROR",
      swept: { sent: 1, notAsked: "AccessDeniedException", failed: [] },
    });
  });

  test("what SSM throttles is not sent, and waits", async () => {
    waiting(1000);
    ssm.on(ListCommandInvocationsCommand).resolves({});
    const throttled = Object.assign(new Error("Rate exceeded"), { name: "ThrottlingException" });
    ssm.on(SendCommandCommand).rejects(throttled);
    await sweep({}, lambdaContext());
    expect(lines()[0]).toMatchObject({ level: "INFO", swept: { sent: 0, refused: 1 } });
    expect(lines()[1]).toMatchObject({ RequestsWaiting: 1 });
  });

  test("begins with nothing more when Lambda would end it in the middle, and says so", async () => {
    waiting(1000);
    s3.on(ListObjectsV2Command, { Delimiter: "/" }).resolves({
      CommonPrefixes: [{ Prefix: "job2/" }],
    });
    await sweep({ census: true }, lambdaContext("i", 60_000));
    expect(ssm.calls()).toHaveLength(0);
    const [line, metrics] = lines();
    expect(line).toMatchObject({ level: "INFO", swept: { left: 1 }, census: { left: 1 } });
    expect(metrics).toMatchObject({ RequestsWaiting: 1 });
  });

  test("leaves young requests alone, and measures zero", async () => {
    waiting(10);
    await sweep({ census: false }, lambdaContext());
    expect(ssm.calls()).toHaveLength(0);
    expect(lines()[1]).toMatchObject({ RequestsWaiting: 0, OldestRequestAge: 0 });
  });

  test("with a census, dispatches a request that no event told of", async () => {
    s3.on(ListObjectsV2Command).resolves({});
    s3.on(ListObjectsV2Command, { Delimiter: "/" }).resolves({
      CommonPrefixes: [{ Prefix: ".cloud-submit/" }, { Prefix: "job1/" }],
    });
    statusIs("FILE_UPLOAD\n");
    await sweep({ census: true }, lambdaContext());
    expect(ssm.commandCalls(SendCommandCommand)).toHaveLength(1);
    expect(lines()).toContainEqual(
      expect.objectContaining({
        census: { jobs: 1, dispatched: 1, checked: 0, left: 0, failed: [] },
      }),
    );
  });

  test.each([
    ["sweep", {}],
    ["census", { census: true }],
  ])("a job that fails in the %s makes the line an error that names it", async (_name, event) => {
    waiting(1000);
    s3.on(ListObjectsV2Command, { Delimiter: "/" }).resolves({
      CommonPrefixes: [{ Prefix: "job1/" }],
    });
    if ("census" in event)
      s3.on(ListObjectsV2Command, { Prefix: ".cloud-submit/pending/" }).resolves({});
    s3.on(GetObjectCommand, { Key: "job1/job-aws-stat.txt" }).rejects(new Error("SlowDown"));
    await sweep(event, lambdaContext());
    const failed = [{ prefix: "job1", error: "SlowDown" }];
    expect(lines()[0]).toMatchObject({
      level: "ERROR",
      ...("census" in event ? { census: { failed } } : { swept: { failed } }),
    });
  });
});

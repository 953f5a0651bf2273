import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import {
  GetObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { ListCommandInvocationsCommand, SendCommandCommand, SSMClient } from "@aws-sdk/client-ssm";
import { sdkStreamMixin } from "@smithy/core/serde";
import { beforeEach, describe, expect, test } from "@jest/globals";
import { mockClient } from "aws-sdk-client-mock";
import { Readable } from "node:stream";
import { pendingKey } from "../../../protocol/objects.ts";
import { FUNCTION_ENVIRONMENT, lambdaContext, printedLines } from "../../support/lambda.ts";

Object.assign(process.env, FUNCTION_ENVIRONMENT);
const { handler: dispatch } = await import("../../../functions/dispatch.ts");
const { handler: sweep } = await import("../../../functions/sweep.ts");
const { handler: commandResult } = await import("../../../functions/command-result.ts");

const s3 = mockClient(S3Client);
const ssm = mockClient(SSMClient);
const eventBridge = mockClient(EventBridgeClient);
const lines = printedLines();

const body = (text: string) => sdkStreamMixin(Readable.from([Buffer.from(text)]));
const aws = () => [...s3.calls(), ...ssm.calls(), ...eventBridge.calls()];
const requestedAt = new Date("2026-11-23T20:45:01Z");

/** The status object under job1, as often as it is read. */
function statusIs(text: string, prefix = "job1") {
  s3.on(GetObjectCommand, { Key: `${prefix}/job-aws-stat.txt` }).callsFake(() => ({
    Body: body(text),
    ETag: '"e1"',
    VersionId: "v1",
    LastModified: requestedAt,
  }));
}

const missing = new NoSuchKey({ message: "no such key", $metadata: { httpStatusCode: 404 } });

beforeEach(() => {
  s3.reset();
  ssm.reset();
  eventBridge.reset();
  s3.on(GetObjectCommand).rejects(missing);
  s3.on(PutObjectCommand).resolves({});
  ssm.on(SendCommandCommand).resolves({ Command: { CommandId: "c-1" } });
  eventBridge.on(PutEventsCommand).resolves({ Entries: [{ EventId: "1" }] });
});

const objectCreated = (key: string, bucket = "jobs") => ({
  id: "event-1",
  source: "aws.s3",
  "detail-type": "Object Created",
  detail: { bucket: { name: bucket }, object: { key }, requester: "123456789012" },
});

describe("dispatch", () => {
  test("FILE_UPLOAD: one command for this prefix, a marker before it, and a line that says so", async () => {
    statusIs("FILE_UPLOAD\n");
    await dispatch(objectCreated("job1/job-aws-stat.txt"), lambdaContext());
    expect(ssm.commandCalls(SendCommandCommand).map((call) => call.args[0].input)).toEqual([
      expect.objectContaining({
        DocumentName: "request-document",
        Targets: expect.arrayContaining([
          { Key: "tag:parallelcluster:cluster-name", Values: ["hpc"] },
        ]),
        Parameters: {
          Action: ["run"],
          Prefix: ["job1"],
          Submission: ["v1"],
          Requester: ["123456789012"],
        },
      }),
    ]);
    expect(s3.commandCalls(PutObjectCommand)[0]?.args[0].input).toMatchObject({
      Bucket: "jobs",
      Key: pendingKey("job1", "run", "v1"),
    });
    expect(eventBridge.commandCalls(PutEventsCommand)[0]?.args[0].input.Entries).toEqual([
      expect.objectContaining({ EventBusName: "bus", DetailType: "Job State Change" }),
    ]);
    expect(lines()).toEqual([
      expect.objectContaining({
        level: "INFO",
        message: "request sent",
        prefix: "job1",
        commandId: "c-1",
        eventId: "event-1",
        function_request_id: "invocation-1",
      }),
    ]);
  });

  test("an event that EventBridge does not take is a warning: the command is sent, and only once", async () => {
    statusIs("FILE_UPLOAD\n");
    eventBridge
      .on(PutEventsCommand)
      .resolves({ Entries: [{ ErrorCode: "Throttled", ErrorMessage: "slow down" }] });
    await dispatch(objectCreated("job1/job-aws-stat.txt"), lambdaContext());
    expect(ssm.commandCalls(SendCommandCommand)).toHaveLength(1);
    expect(lines()).toEqual([
      expect.objectContaining({
        level: "WARN",
        message: "state change not published",
        error: expect.stringContaining("Throttled slow down"),
        change: expect.objectContaining({ prefix: "job1", to: "FILE_UPLOAD" }),
      }),
      expect.objectContaining({ message: "request sent" }),
    ]);
  });

  test("a prefix that is not allowed: JOB_ERROR in the bucket, no command, a line with the code", async () => {
    statusIs("FILE_UPLOAD\n", "a b");
    await dispatch(objectCreated("a b/job-aws-stat.txt"), lambdaContext());
    expect(s3.commandCalls(PutObjectCommand).map((call) => call.args[0].input)).toEqual([
      expect.objectContaining({ Key: "a b/job-aws-job.json" }),
      expect.objectContaining({ Key: "a b/job-aws-stat.txt", Body: "JOB_ERROR\n" }),
    ]);
    expect(ssm.calls()).toHaveLength(0);
    expect(lines()).toEqual([
      expect.objectContaining({ message: "request rejected", code: "bad-prefix" }),
    ]);
  });

  test("another bucket's event has no effect, and is one line", async () => {
    await dispatch(objectCreated("job1/job-aws-stat.txt", "elsewhere"), lambdaContext());
    expect(aws()).toHaveLength(0);
    expect(lines()).toEqual([
      expect.objectContaining({ message: "nothing to do", bucket: "elsewhere" }),
    ]);
  });

  test.each<[string, unknown, string]>([
    ["nothing", undefined, "id"],
    ["a word", "hello", ""],
    [
      "without a key",
      { ...objectCreated("x"), detail: { bucket: { name: "jobs" } } },
      "detail.object",
    ],
    ["of another kind", { ...objectCreated("x"), "detail-type": "Object Deleted" }, "detail-type"],
  ])("an event that is %s is dropped, and said so: Lambda would only repeat it", async (...row) => {
    const [, event, path] = row;
    await expect(dispatch(event, lambdaContext())).resolves.toBeUndefined();
    expect(aws()).toHaveLength(0);
    expect(lines()).toEqual([
      expect.objectContaining({
        level: "ERROR",
        message: "event dropped: not of the expected shape",
        issues: expect.arrayContaining([expect.stringMatching(new RegExp(`^${path}: `))]),
      }),
    ]);
  });

  test("what SSM says otherwise is thrown, so that Lambda repeats the event", async () => {
    statusIs("FILE_UPLOAD\n");
    ssm.on(SendCommandCommand).rejects(new Error("InternalServerError"));
    await expect(dispatch(objectCreated("job1/job-aws-stat.txt"), lambdaContext())).rejects.toThrow(
      "InternalServerError",
    );
  });
});

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
      Contents: [{ Key: pendingKey("job1", "run", "v1"), LastModified: asked }],
    });
    const text = JSON.stringify({ ...marker, requestedAt: asked.toISOString() });
    s3.on(GetObjectCommand, { Key: pendingKey("job1", "run", "v1") }).callsFake(() => ({
      Body: body(text),
    }));
  }

  test("sends again what has no answer, and measures how many wait and for how long", async () => {
    waiting(1000);
    await sweep({}, lambdaContext());
    expect(ssm.commandCalls(SendCommandCommand)).toHaveLength(1);
    const [line, metrics] = lines();
    expect(line).toMatchObject({ level: "INFO", message: "swept", swept: { sent: 1, failed: [] } });
    expect(line).not.toHaveProperty("census");
    expect(metrics).toMatchObject({
      service: "cloud-submit-test",
      RequestsWaiting: 1,
      _aws: { CloudWatchMetrics: [{ Namespace: "CloudSubmit" }] },
    });
    expect(metrics?.OldestRequestAge).toBeGreaterThanOrEqual(1000);
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
        message: "swept",
        census: { jobs: 1, dispatched: 1, checked: 0, failed: [] },
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
      message: "swept",
      ...("census" in event ? { census: { failed } } : { swept: { failed } }),
    });
  });
});

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
        message: "nothing to do",
        reason: "another document",
        documentName: "AWS-RunShellScript",
      }),
    ]);
  });

  test("a command that failed is sent again, and the line says why", async () => {
    statusIs("FILE_UPLOAD\n");
    s3.on(GetObjectCommand, { Key: pendingKey("job1", "run", "v1") }).callsFake(() => ({
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
          StatusDetails: "Failed",
          CommandPlugins: [{ ResponseCode: 75, Output: "no\nspool\n" }],
        },
      ],
    });
    await commandResult(ended("request-document"), lambdaContext());
    expect(ssm.commandCalls(SendCommandCommand)).toHaveLength(1);
    expect(s3.commandCalls(PutObjectCommand).map((call) => call.args[0].input)).toEqual([
      expect.objectContaining({
        Key: pendingKey("job1", "run", "v1"),
        Body: expect.stringContaining('"attempts":2'),
      }),
    ]);
    expect(lines()).toEqual([
      expect.objectContaining({
        message: "a command ended",
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

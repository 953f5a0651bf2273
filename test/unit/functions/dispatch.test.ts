import { PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { SendCommandCommand } from "@aws-sdk/client-ssm";
import { describe, expect, test } from "@jest/globals";
import { pendingKey } from "../../../protocol/marker.ts";
import {
  aws,
  eventBridge,
  lines,
  requestedAt,
  s3,
  ssm,
  statusIs,
} from "../../support/handler-world.ts";
import { lambdaContext } from "../../support/lambda.ts";

const { handler: dispatch } = await import("../../../functions/dispatch.ts");

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
      Key: pendingKey(
        { prefix: "job1", action: "run", submission: "v1" },
        { etag: "e1", time: requestedAt.getTime(), account: "123456789012", metadata: {} },
      ),
    });
    expect(eventBridge.commandCalls(PutEventsCommand)[0]?.args[0].input.Entries).toEqual([
      expect.objectContaining({ EventBusName: "bus", DetailType: "Job State Change" }),
    ]);
    expect(lines()).toEqual([
      expect.objectContaining({
        level: "INFO",
        did: "send",
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
        error: expect.stringContaining("Throttled slow down"),
        change: expect.objectContaining({ prefix: "job1", to: "FILE_UPLOAD" }),
      }),
      expect.objectContaining({ level: "INFO", did: "send" }),
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
    expect(lines()).toEqual([expect.objectContaining({ did: "reject", code: "bad-prefix" })]);
  });

  test("another bucket's event has no effect, and is one line", async () => {
    await dispatch(objectCreated("job1/job-aws-stat.txt", "elsewhere"), lambdaContext());
    expect(aws()).toHaveLength(0);
    expect(lines()).toEqual([expect.objectContaining({ level: "INFO", bucket: "elsewhere" })]);
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
        issues: expect.arrayContaining([expect.stringMatching(new RegExp(`^${path}: `))]),
      }),
    ]);
  });

  test("what SSM throttles is asked for once, and stays pending: the function ends well, and its line says why", async () => {
    statusIs("FILE_UPLOAD\n");
    const throttled = Object.assign(new Error("Rate exceeded"), { name: "ThrottlingException" });
    ssm.on(SendCommandCommand).rejects(throttled);
    await dispatch(objectCreated("job1/job-aws-stat.txt"), lambdaContext());
    expect(ssm.commandCalls(SendCommandCommand)).toHaveLength(1);
    expect(lines()).toEqual([
      expect.objectContaining({
        level: "INFO",
        message: "request left pending",
        did: "leave",
        reason: "SSM throttles",
        prefix: "job1",
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

import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { beforeEach, describe, expect, test } from "@jest/globals";
import { mockClient } from "aws-sdk-client-mock";
import type { RedriveReport } from "../../../functions/requests/redrive-letters.ts";
import { eventFor } from "../../support/dead-letters.ts";
import { lambdaContext, printedLines, REDRIVE_ENVIRONMENT } from "../../support/lambda.ts";

Object.assign(process.env, REDRIVE_ENVIRONMENT);
const { handler: redrive } = await import("../../../functions/redrive.ts");
const sqs = mockClient(SQSClient);
const lambda = mockClient(LambdaClient);
const lines = printedLines();
const QueueUrl = REDRIVE_ENVIRONMENT.DEAD_LETTERS_URL;

const message = (name: string, body: object | string) => ({
  MessageId: `id-${name}`,
  ReceiptHandle: `receipt-${name}`,
  Body: typeof body === "string" ? body : JSON.stringify(body),
});
const events = [eventFor.dispatch({ prefix: "job1" }), eventFor.dispatch({ prefix: "job2" })];

beforeEach(() => {
  sqs.reset();
  lambda.reset();
  sqs
    .on(ReceiveMessageCommand)
    .resolvesOnce({
      Messages: [message("a", events[0] ?? ""), message("b", events[1] ?? ""), message("c", "?")],
    })
    .resolves({});
  sqs.on(DeleteMessageBatchCommand).resolves({ Successful: [], Failed: [] });
  sqs.on(ChangeMessageVisibilityBatchCommand).resolves({ Successful: [], Failed: [] });
  lambda.on(InvokeCommand).resolves({ StatusCode: 200, Payload: bytes("null") });
});

const bytes = (text: string) => Buffer.from(text) as never;

describe("redrive", () => {
  test("starts the functions of its stage and waits for them; removes what they did, frees the rest", async () => {
    expect(await redrive({}, lambdaContext())).toEqual({
      done: { dispatch: 2, "command-result": 0, audit: 0, sweep: 0 },
      failed: 0,
      unknown: 1,
      left: [{ id: "id-c", of: "unknown", why: expect.any(String) }],
      complete: true,
    });
    const invoked = lambda.commandCalls(InvokeCommand).map(({ args }) => args[0].input);
    const given = invoked.map(({ Payload }) => new TextDecoder().decode(Payload as Uint8Array));
    expect(invoked.map(({ FunctionName }) => FunctionName)).toEqual([
      "cloud-submit-test-dispatch",
      "cloud-submit-test-dispatch",
    ]);
    for (const { InvocationType } of invoked) expect(InvocationType).toBe("RequestResponse");
    expect(given.map((text) => JSON.parse(text))).toEqual(events);
    expect(sqs.commandCalls(DeleteMessageBatchCommand).map(({ args }) => args[0].input)).toEqual([
      {
        QueueUrl,
        Entries: [
          { Id: "0", ReceiptHandle: "receipt-a" },
          { Id: "1", ReceiptHandle: "receipt-b" },
        ],
      },
    ]);
    expect(
      sqs.commandCalls(ChangeMessageVisibilityBatchCommand).map(({ args }) => args[0].input),
    ).toEqual([
      { QueueUrl, Entries: [{ Id: "0", ReceiptHandle: "receipt-c", VisibilityTimeout: 0 }] },
    ]);
    expect(lines()).toEqual([
      expect.objectContaining({ level: "WARN", message: "redriven", unknown: 1 }),
    ]);
  });

  test("a function that fails leaves its message in the queue, with the function's own words", async () => {
    const failure = JSON.stringify({ errorType: "Error", errorMessage: "S3 is away", trace: [] });
    lambda
      .on(InvokeCommand)
      .resolvesOnce({ StatusCode: 200, FunctionError: "Unhandled", Payload: bytes(failure) })
      .resolves({ StatusCode: 200, Payload: bytes("null") });
    expect(await redrive({}, lambdaContext())).toMatchObject({
      done: { dispatch: 1 },
      failed: 1,
      left: [
        { id: "id-c", of: "unknown" },
        { id: "id-a", of: "dispatch", why: "Error: S3 is away" },
      ],
    });
    const [removal] = sqs.commandCalls(DeleteMessageBatchCommand);
    expect(removal?.args[0].input.Entries).toEqual([{ Id: "0", ReceiptHandle: "receipt-b" }]);
  });

  test("a function that cannot be started, and one that answers nonsense, leave theirs, too", async () => {
    lambda
      .on(InvokeCommand)
      .rejectsOnce(Object.assign(new Error("Rate Exceeded."), { name: "AccessDeniedException" }))
      .resolves({ StatusCode: 200, FunctionError: "Unhandled", Payload: bytes("x".repeat(5000)) });
    const report: RedriveReport | undefined = await redrive({}, lambdaContext());
    expect(report).toMatchObject({ failed: 2, unknown: 1 });
    const whys = report?.left.map(({ why }) => why) ?? [];
    expect(whys.toSorted()).toContain("AccessDeniedException: Rate Exceeded.");
    expect(Math.max(...whys.map(({ length }) => length))).toBeLessThan(400);
    expect(sqs.commandCalls(DeleteMessageBatchCommand)).toEqual([]);
  });

  test("what SQS does not remove is named, and not counted as done", async () => {
    sqs.on(DeleteMessageBatchCommand).resolves({
      Successful: [],
      Failed: [{ Id: "1", Code: "InternalError", SenderFault: false }],
    });
    expect(await redrive({}, lambdaContext())).toMatchObject({
      done: { dispatch: 1 },
      failed: 1,
      left: expect.arrayContaining([expect.objectContaining({ id: "id-b" })]),
    });
  });

  test("begins nothing that Lambda would end in the middle", async () => {
    expect(await redrive({}, lambdaContext("i", 79_000))).toMatchObject({ complete: false });
    expect(sqs.commandCalls(ReceiveMessageCommand)).toEqual([]);
  });

  test("nobody else gets a message while it is at work on it", async () => {
    await redrive({}, lambdaContext());
    const [call] = sqs.commandCalls(ReceiveMessageCommand);
    expect(call?.args[0].input).toMatchObject({ QueueUrl, MaxNumberOfMessages: 10 });
    // Longer than the function may take: test/unit/tree/facts.test.ts.
    expect(call?.args[0].input.VisibilityTimeout).toBeGreaterThan(300);
  });
});

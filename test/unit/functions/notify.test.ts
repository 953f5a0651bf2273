import {
  InternalErrorException,
  InvalidParameterException,
  ListSubscriptionsByTopicCommand,
  PublishCommand,
  SNSClient,
  SubscribeCommand,
} from "@aws-sdk/client-sns";
import { beforeEach, describe, expect, test } from "@jest/globals";
import { mockClient } from "aws-sdk-client-mock";
import { STATE_CHANGE, type StateChange } from "../../../protocol/event.ts";
import { lambdaContext, NOTIFY_ENVIRONMENT, printedLines } from "../../support/lambda.ts";

Object.assign(process.env, NOTIFY_ENVIRONMENT);
const { handler: notify } = await import("../../../functions/notify.ts");
const sns = mockClient(SNSClient);
const lines = printedLines();
const TopicArn = NOTIFY_ENVIRONMENT.NOTIFY_TOPIC;

const event = (detail: Partial<StateChange>) => ({
  id: "event-1",
  source: "cloud-submit",
  "detail-type": STATE_CHANGE,
  detail: {
    version: 1,
    bucket: "jobs",
    prefix: "job1",
    submission: "s1",
    from: "JOB_SUBMIT",
    to: "JOB_COMPLETE",
    at: "2026-11-23T20:45:01.000Z",
    outcome: "completed",
    notify: "hanako@lab.example.jp",
    ...detail,
  },
});
const tell = (detail: Partial<StateChange> = {}) => notify(event(detail), lambdaContext());
const asked = () => sns.commandCalls(SubscribeCommand).map(({ args }) => args[0].input);
const sent = () => sns.commandCalls(PublishCommand).map(({ args }) => args[0].input);
const known = (...all: [Endpoint: string, SubscriptionArn: string][]) =>
  sns.on(ListSubscriptionsByTopicCommand).resolves({
    Subscriptions: all.map(([Endpoint, SubscriptionArn]) => ({ Endpoint, SubscriptionArn })),
  });
const fault = { $metadata: {}, message: "Invalid parameter: Email address" };

beforeEach(() => {
  sns.reset();
  known();
  sns.on(SubscribeCommand).resolves({ SubscriptionArn: `${TopicArn}:1` });
  sns.on(PublishCommand).resolves({ MessageId: "m" });
});

describe("notify", () => {
  test("an address of an allowed domain is asked once, for what is for it alone, and written to", async () => {
    await tell();
    expect(asked()).toEqual([
      {
        TopicArn,
        Protocol: "email",
        Endpoint: "hanako@lab.example.jp",
        Attributes: { FilterPolicy: '{"address":["hanako@lab.example.jp"]}' },
        ReturnSubscriptionArn: true,
      },
    ]);
    expect(sent()).toEqual([
      {
        TopicArn,
        Subject: "cloud-submit: job1 completed",
        Message: expect.stringContaining("cloud-submit fetch job1 --bucket jobs"),
        MessageAttributes: {
          address: { DataType: "String", StringValue: "hanako@lab.example.jp" },
        },
      },
    ]);
    expect(lines()).toEqual([
      expect.objectContaining({ level: "INFO", message: "notified", subscription: "asked" }),
    ]);
  });

  test("at the beginning it is asked, and not written to", async () => {
    await tell({ to: "JOB_SUBMIT", outcome: undefined });
    expect([asked().length, sent()]).toEqual([1, []]);
    expect(lines()[0]).toMatchObject({ message: "asked", prefix: "job1", to: "JOB_SUBMIT" });
  });

  test.each([
    ["PendingConfirmation", "pending"],
    ["Deleted", "ended"],
    [`${TopicArn}:1`, "confirmed"],
  ])("one that the topic knows (%s) is not asked again", async (arn, subscription) => {
    known(["Hanako@lab.example.jp", arn]);
    await tell();
    expect([asked(), sent().length]).toEqual([[], 1]);
    expect(lines()[0]).toMatchObject({ message: "notified", subscription });
  });

  test("of one that has agreed SNS is not asked again, and of all others it is", async () => {
    known(["taro@example.org", `${TopicArn}:1`]);
    for (const address of ["taro@example.org", "taro@example.org", "hanako@lab.example.jp"])
      await tell({ notify: address });
    expect(sns.commandCalls(ListSubscriptionsByTopicCommand)).toHaveLength(2);
    expect([asked().length, sent().length]).toEqual([1, 3]);
  });

  test("one on a later page is known", async () => {
    sns
      .on(ListSubscriptionsByTopicCommand)
      .resolves({ NextToken: "2" })
      .on(ListSubscriptionsByTopicCommand, { NextToken: "2" })
      .resolves({
        Subscriptions: [{ Endpoint: "hanako@lab.example.jp", SubscriptionArn: "x" }],
      });
    await tell();
    expect(asked()).toEqual([]);
  });

  test.each([
    "taro@example.com",
    "hanako@example.org",
    "hanako@lab.example.jp.evil.com",
    "hanako@x.lab.example.jp",
    "h@evil-lab.example.jp",
  ])("%s is refused: nobody is asked, nothing is sent", async (address) => {
    await tell({ notify: address });
    expect(sns.calls()).toEqual([]);
    expect(lines()).toEqual([
      expect.objectContaining({
        level: "WARN",
        message: "notify refused",
        address,
        prefix: "job1",
      }),
    ]);
  });

  test.each([
    "a@evil.com,b@lab.example.jp",
    "a@evil.com\nBcc: b@lab.example.jp",
    '"a@evil.com"@lab.example.jp',
    "*@lab.example.jp",
    "@lab.example.jp",
    '{"x":1}@lab.example.jp',
  ])("an event with %j is dropped", async (address) => {
    await tell({ notify: address });
    expect(sns.calls()).toEqual([]);
    expect(lines()[0]).toMatchObject({ level: "ERROR" });
  });

  test.each<Partial<StateChange>>([{ notify: undefined }, { bucket: "elsewhere" }])(
    "%j: nothing to do",
    async (detail) => {
      await tell(detail);
      expect(sns.calls()).toEqual([]);
      expect(lines()[0]).toMatchObject({ level: "INFO", message: "nothing to do" });
    },
  );

  test("a topic of 100 addresses takes no other, and still tells those that it has", async () => {
    const all = Array.from({ length: 100 }, (_, index) => `t${index}@lab.example.jp`);
    known(...all.map((one): [string, string] => [one, "PendingConfirmation"]));
    await tell();
    expect([asked(), sent()]).toEqual([[], []]);
    expect(lines()[0]).toMatchObject({
      message: "notify refused",
      reason: expect.stringMatching(/100 addresses/),
    });
    await tell({ notify: "t7@lab.example.jp" });
    expect(sent()).toHaveLength(1);
  });

  test("what SNS takes for no address is refused; what fails is Lambda's to repeat", async () => {
    sns.on(SubscribeCommand).rejectsOnce(new InvalidParameterException(fault));
    await tell();
    expect(sent()).toEqual([]);
    expect(lines()[0]).toMatchObject({
      message: "notify refused",
      reason: expect.stringMatching(/Email address/),
    });
    sns.on(SubscribeCommand).rejects(new InternalErrorException({ ...fault, message: "later" }));
    await expect(tell()).rejects.toThrow("later");
  });
});

import { beforeAll, describe, expect, test } from "@jest/globals";
import { allows } from "../support/iam.ts";
import { packageStack, statementsOf, type Template } from "../support/stack-template.ts";

test("nothing of e-mails to users is deployed unless an address is allowed", () => {
  const { template } = packageStack({ stage: "prod", params: { clusterName: "c" } });
  expect(Object.keys(template.Resources).filter((id) => /notify/i.test(id))).toEqual([]);
});

describe("who is told of the ends of jobs", () => {
  let template: Template;
  beforeAll(() => {
    ({ template } = packageStack({
      stage: "prod",
      params: { clusterName: "c", notifyAllowed: "Taro@example.org,@lab.example.jp" },
    }));
  });
  const topic = "arn:aws:sns:us-east-1:111122223333:NotifyTopic";
  const alarms = "arn:aws:sns:us-east-1:111122223333:AlarmTopic";
  const may = (action: string, resource: string, context = {}) =>
    allows(statementsOf(template, "NotifyRole"), { action, resource, context });

  test.each([
    ["email", "taro@example.org", true],
    ["email", "hanako@lab.example.jp", true],
    ["email", "hanako@example.org", false],
    ["email", "taro@example.org.evil.com", false],
    ["email", "hanako@lab.example.jp.evil.com", false],
    ["email", "hanako@x.lab.example.jp", false],
    ["email-json", "taro@example.org", false],
    ["https", "https://evil.com/?taro@example.org", false],
    ["sms", "+15550100", false],
  ])("NotifyRole subscribes by %s %s: %s", (protocol, endpoint, expected) => {
    const context = { "sns:Protocol": protocol, "sns:Endpoint": endpoint };
    expect(may("sns:Subscribe", topic, context)).toBe(expected);
    expect(may("sns:Subscribe", alarms, context)).toBe(false);
  });

  test.each([
    ["sns:Publish", topic, true],
    ["sns:ListSubscriptionsByTopic", topic, true],
    ["sns:Publish", alarms, false],
    ["sns:Subscribe", topic, false],
    ["sns:Unsubscribe", topic, false],
    ["sns:SetSubscriptionAttributes", topic, false],
    ["sns:SetTopicAttributes", topic, false],
    ["ses:SendEmail", "*", false],
    ["s3:GetObject", "arn:aws:s3:::job-bucket/job1/job-aws-stat.txt", false],
    ["s3:PutObject", "arn:aws:s3:::job-bucket/job1/job-aws-stat.txt", false],
    ["sqs:SendMessage", "arn:aws:sqs:us-east-1:111122223333:dead-letters", false],
    ["lambda:InvokeFunction", "*", false],
  ])("NotifyRole: %s of %s: %s", (action, resource, expected) => {
    expect(may(action, resource)).toBe(expected);
  });
});

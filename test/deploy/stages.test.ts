import { beforeAll, describe, expect, test } from "@jest/globals";
import { STATE_CHANGE } from "../../protocol/event.ts";
import { STATES } from "../../protocol/state.ts";
import { type EventPart, matchesPattern } from "../support/event-pattern.ts";
import { namesOf, packageStack, patternsOf, type Template } from "../support/stack-template.ts";

const params = {
  clusterName: "mycluster",
  notificationEmail: "ops@example.org",
  jobEmails: "all",
  notifyAllowed: "@example.org",
};

/** Every kind of event that this project's rules wait for, as a stage with this bucket and name causes it. */
function eventsOf(stage: string, bucket: string): EventPart[] {
  const documents = ["request", "install"].map((kind) => `cloud-submit-${stage}-${kind}`);
  return [
    {
      source: "aws.s3",
      "detail-type": "Object Created",
      detail: { bucket: { name: bucket }, object: { key: "job1/job-aws-stat.txt", etag: "e" } },
    },
    ...documents.map((name) => ({
      source: "aws.ssm",
      "detail-type": "EC2 Command Status-change Notification",
      detail: { "document-name": name, status: "Failed" },
    })),
    ...STATES.map((to) => ({
      source: "cloud-submit",
      "detail-type": STATE_CHANGE,
      detail: { bucket, to, outcome: "failed", notify: "taro@example.org" },
    })),
  ];
}

describe("stages of one account share nothing", () => {
  let [prod, test1]: Template[] = [];
  beforeAll(() => {
    [prod, test1] = ["prod", "test"].map((stage) => packageStack({ stage, params }).template);
  });

  test("no rule of a stage matches an event of another one, and each matches one of its own", () => {
    const rules = patternsOf(prod!);
    expect(rules).toHaveLength(5);
    const [own, others] = [eventsOf("prod", "job-bucket"), eventsOf("test", "another-bucket")];
    for (const [id, pattern] of rules) {
      expect([id, others.filter((event) => matchesPattern(pattern, event))]).toEqual([id, []]);
      expect([id, own.some((event) => matchesPattern(pattern, event))]).toEqual([id, true]);
    }
  });

  test("no two stages give a resource the same name", () => {
    const [names, others] = [namesOf(prod!), namesOf(test1!)];
    expect(names.length).toBeGreaterThan(20);
    expect(names.filter((name) => others.includes(name))).toEqual([]);
  });
});

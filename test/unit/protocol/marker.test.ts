import { expect, test } from "@jest/globals";
import { pendingKey, requestOfPendingKey } from "../../../protocol/marker.ts";

test("each request has a pending marker of its own", () => {
  const keys = [
    pendingKey({ prefix: "j", action: "run", submission: "s1" }),
    pendingKey({ prefix: "j", action: "run", submission: "s2" }),
    pendingKey({ prefix: "j", action: "cancel", submission: "s1" }),
  ];
  expect(new Set(keys).size).toBe(3);
});

test.each([
  ["job1", "run", "s1"],
  ["a-run-b.json", "cancel", "x-1.json"],
  ["run-", "check", "3ad2952c-7d6f"],
] as const)(
  "the marker's key tells prefix %j, action %j and submission %j",
  (prefix, action, submission) => {
    expect(requestOfPendingKey(pendingKey({ prefix, action, submission }))).toEqual({
      prefix,
      action,
      submission,
    });
  },
);

test.each([
  "job1/run-s1.json",
  ".cloud-submit/pending/job1/run-s1",
  ".cloud-submit/pending/job1/erase-s1.json",
  ".cloud-submit/pending/run-s1.json",
])("%j is no marker's key", (key) => {
  expect(requestOfPendingKey(key)).toBeUndefined();
});

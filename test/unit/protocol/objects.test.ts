import { expect, test } from "@jest/globals";
import { pendingKey, prefixOfStatusKey, requestOfPendingKey } from "../../../protocol/objects.ts";

test.each([
  ["job1/job-aws-stat.txt", "job1"],
  ["../x/job-aws-stat.txt", "../x"],
  ["a/b/job-aws-stat.txt", "a/b"],
  ["/job-aws-stat.txt", ""],
])("the prefix of %j is %j", (key, prefix) => {
  expect(prefixOfStatusKey(key)).toBe(prefix);
});

test.each(["job-aws-stat.txt", "job1/job-aws-stat.txt.bak", "job1/xjob-aws-stat.txt", "job1/data"])(
  "%j is no status object",
  (key) => {
    expect(prefixOfStatusKey(key)).toBeUndefined();
  },
);

test("each request has a pending marker of its own", () => {
  const keys = [
    pendingKey("j", "run", "s1"),
    pendingKey("j", "run", "s2"),
    pendingKey("j", "cancel", "s1"),
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
    expect(requestOfPendingKey(pendingKey(prefix, action, submission))).toEqual({
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

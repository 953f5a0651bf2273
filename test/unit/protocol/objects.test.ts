import { expect, test } from "@jest/globals";
import { prefixOfStatusKey } from "../../../protocol/objects.ts";

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

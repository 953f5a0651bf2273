import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { attemptOf, commentOf } from "../../../../functions/requests/command-comment.ts";
import { PREFIX_PATTERN } from "../../../../protocol/prefix.ts";

test("a comment tells people what it is for", () => {
  const request = { action: "run", prefix: "job1", submission: "s1" } as const;
  expect(commentOf(request, 1)).toBe("run job1");
  expect(commentOf(request, 2)).toBe("attempt 2: run job1");
});

test("it fits into SSM's 100 characters, and tells which attempt it is, whatever the prefix is", () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.stringMatching(PREFIX_PATTERN), fc.constant("attempt-3")),
      fc.constantFrom("run", "cancel"),
      fc.integer({ min: 1, max: 999 }),
      (prefix, action, attempt) => {
        const comment = commentOf({ action, prefix, submission: "s1" }, attempt);
        expect(comment.length).toBeLessThanOrEqual(100);
        expect(attemptOf(comment)).toBe(attempt);
      },
    ),
  );
});

test.each(["", "run attempt 7: x", "attempt x: run", "attempt 1234: run", "a word"])(
  "a comment like %j is a first attempt's",
  (comment) => {
    expect(attemptOf(comment)).toBe(1);
  },
);

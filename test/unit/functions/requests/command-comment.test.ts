import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { commentOf } from "../../../../functions/requests/command-comment.ts";
import { PREFIX_PATTERN } from "../../../../protocol/prefix.ts";
import { ACTIONS } from "../../../../protocol/request.ts";
import { SUBMISSION_PATTERN } from "../../../../protocol/submission.ts";

const request = fc.record({
  action: fc.constantFrom(...ACTIONS),
  // Most prefixes begin alike, and for longer than SSM takes comments.
  prefix: fc.oneof(
    fc.stringMatching(PREFIX_PATTERN),
    fc.stringMatching(/^[a-z]{1,3}$/).map((end) => "p".repeat(120) + end),
  ),
  submission: fc.oneof(fc.stringMatching(SUBMISSION_PATTERN), fc.constantFrom("s1", "s2")),
});

test("tells any two requests apart, in the 100 characters that SSM takes", () => {
  fc.assert(
    fc.property(request, request, (a, b) => {
      expect(commentOf(a).length).toBeLessThanOrEqual(100);
      expect(commentOf(a) === commentOf(b)).toBe(
        a.action === b.action && a.prefix === b.prefix && a.submission === b.submission,
      );
    }),
  );
});

test("shows people action and prefix", () => {
  const comment = commentOf({ action: "run", prefix: "job1", submission: "s1" });
  expect(comment).toMatch(/^run job1 [0-9a-f]{24}$/);
});

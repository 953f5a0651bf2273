import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { compareUtf8 } from "../../../../../bucket/utf8-order.ts";
import { nextStart } from "../../../../../functions/requests/next-start.ts";
import { SYSTEM_FOLDER } from "../../../../../protocol/objects.ts";
import { anyKey } from "../../../../support/any-key.ts";

test("no status object of a job lies between a key and where the listing goes on", () => {
  fc.assert(
    fc.property(anyKey, anyKey, (last, other) => {
      const start = nextStart(last);
      expect(compareUtf8(start, last)).toBeGreaterThanOrEqual(0);
      const isSkipped = compareUtf8(other, last) > 0 && compareUtf8(other, start) <= 0;
      if (isSkipped && !other.startsWith(SYSTEM_FOLDER))
        expect(other).not.toMatch(/^[^/]*\/job-aws-stat\.txt$/s);
    }),
    { numRuns: 5000 },
  );
});

test.each([
  ["job1/a", "job1/job-aws-stat.tx"],
  ["job1/job-aws-stat.tx!", "job1/job-aws-stat.tx!"],
  ["job1/job-aws-stat.txt", "job10"],
  ["job1/z/job-aws-stat.txt", "job10"],
  ["job1", "job1"],
  ["/a", "/job-aws-stat.tx"],
  [".cloud-submit/pending/job1/run-1.json", ".cloud-submit0"],
  [`${"x".repeat(1020)}/a`, `${"x".repeat(1020)}0`],
])("behind %j the listing goes on after %j", (last, start) => {
  expect(nextStart(last)).toBe(start);
});

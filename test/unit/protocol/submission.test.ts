import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { PREFIX_PATTERN } from "../../../protocol/prefix.ts";
import {
  jobComment,
  makeSubmission,
  SUBMISSION_PATTERN,
  submissionOf,
  submissionOfComment,
} from "../../../protocol/submission.ts";

const lastModified = new Date("2026-11-23T20:45:01Z");

test("makeSubmission makes ids that sort by time, and that submissionOf takes as they are", () => {
  const times = fc.date({ min: new Date(0), max: new Date("9999-01-01"), noInvalidDate: true });
  fc.assert(
    fc.property(times, times, fc.stringMatching(/^[0-9a-z]{1,16}$/), (at, other, suffix) => {
      const submission = makeSubmission(at, suffix);
      expect(submissionOf({ metadata: { submission } })).toBe(submission);
      if (other.getTime() - at.getTime() >= 1000)
        expect(submission < makeSubmission(other, suffix)).toBe(true);
    }),
  );
});

describe("submissionOf", () => {
  test("is what the CLI wrote", () => {
    expect(submissionOf({ metadata: { submission: "s-1" }, versionId: "v1" })).toBe("s-1");
  });

  test.each(["", "a b", "$(id)", "../x", "x".repeat(65), "a\nb"])(
    "is not metadata such as %j",
    (submission) => {
      expect(submissionOf({ metadata: { submission }, versionId: "v1" })).toBe("v1");
    },
  );

  test("is the version id in a versioned bucket", () => {
    expect(submissionOf({ versionId: "3HL4kqtJvjVBH40Nrjfkd", lastModified, etag: '"e"' })).toBe(
      "3HL4kqtJvjVBH40Nrjfkd",
    );
  });

  test("is time and ETag where there are no versions", () => {
    const id = submissionOf({ versionId: "null", lastModified, etag: '"abc"' });
    expect(id).toBe(`t${lastModified.getTime()}-abc`);
    expect(
      submissionOf({ lastModified: new Date(lastModified.getTime() + 1000), etag: '"abc"' }),
    ).not.toBe(id);
  });

  test("fits even where a store tells neither version nor time nor ETag", () => {
    expect(submissionOf({})).toBe("t0-");
    expect(submissionOf({})).toMatch(SUBMISSION_PATTERN);
  });

  test("fits wherever it is used, and tells versions apart", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.string({ minLength: 1 }), (a, b) => {
        const [idA, idB] = [submissionOf({ versionId: a }), submissionOf({ versionId: b })];
        expect(idA).toMatch(SUBMISSION_PATTERN);
        if (a !== b && a !== "null" && b !== "null") expect(idA).not.toBe(idB);
      }),
    );
  });
});

test("submissionOfComment reads what jobComment writes, and nothing else", () => {
  const [prefixes, submissions] = [PREFIX_PATTERN, SUBMISSION_PATTERN].map((pattern) =>
    fc.stringMatching(pattern),
  ) as [fc.Arbitrary<string>, fc.Arbitrary<string>];
  fc.assert(
    fc.property(prefixes, submissions, (prefix, submission) => {
      expect(submissionOfComment(jobComment(prefix, submission))).toEqual({ prefix, submission });
    }),
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.string().map((text) => `cloud-submit:${text}`),
      ),
      (text) => {
        const read = submissionOfComment(text);
        if (read) expect(jobComment(read.prefix, read.submission)).toBe(text);
      },
    ),
  );
});

import { isDeepStrictEqual } from "node:util";
import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import {
  isQuestionKey,
  markerOfKey,
  pendingKey,
  requestOfPendingKey,
} from "../../../protocol/marker.ts";

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
  ["run-", "cancel", "3ad2952c-7d6f"],
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

const asked = fc.record({
  etag: fc.string({ minLength: 1, maxLength: 64 }),
  time: fc.nat(4e12),
  account: fc.constantFrom("123456789012", "lambda.amazonaws.com"),
  metadata: fc.dictionary(fc.string({ maxLength: 40 }), fc.string({ maxLength: 300 }), {
    maxKeys: 8,
  }),
});

const request = { prefix: "a".repeat(128), action: "run", submission: "s".repeat(64) } as const;

test("the key tells of the write that asked where it fits; it is never too long", () => {
  fc.assert(
    fc.property(asked, (one) => {
      const key = pendingKey(request, one);
      expect(Buffer.byteLength(key)).toBeLessThanOrEqual(1024);
      expect(markerOfKey(key)?.request).toEqual(request);
      const isLong = JSON.stringify(one).length > 500;
      expect([one, ...(isLong ? [undefined] : [])]).toContainEqual(markerOfKey(key)?.asked);
    }),
  );
});

test("each write that asks has a key of its own", () => {
  fc.assert(
    fc.property(asked, asked, (one, other) => {
      fc.pre(!isDeepStrictEqual(one, other));
      expect(pendingKey(request, one)).not.toBe(pendingKey(request, other));
    }),
  );
});

test.each(["W10", "not-base64-json", "WyJlIl0", "~", ""])(
  "a key with %j in the place of the write tells nothing of it",
  (text) => {
    const key = `.cloud-submit/pending/job1/run-s1~${text}.json`;
    expect(markerOfKey(key)?.asked).toBeUndefined();
  },
);

test.each<[string, boolean]>([
  [".cloud-submit/pending/job1/check-s1.json", true],
  [".cloud-submit/pending/check-s1.json", false],
  [".cloud-submit/pending/job1/check-s1", false],
  [".cloud-submit/pending/job1/x/check-s1.json", false],
  [".cloud-submit/pending/check-1/run-s1.json", false],
  ["check-1/check-s1.json", false],
])("%s is a question of an earlier version: %j", (key, isQuestion) => {
  expect(isQuestionKey(key)).toBe(isQuestion);
  if (isQuestion) expect(markerOfKey(key)).toBeUndefined();
});

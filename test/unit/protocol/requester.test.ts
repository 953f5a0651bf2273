import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { requesterOf, requesterSchema, submitterMetadata } from "../../../protocol/requester.ts";

describe("who asked", () => {
  test("is the account that S3 reports, and who the client says it is", () => {
    expect(requesterOf("123456789012", { submitter: "me@here" })).toEqual({
      account: "123456789012",
      submitter: "me@here",
    });
    expect(requesterOf("s3.amazonaws.com", {})).toEqual({ account: "s3.amazonaws.com" });
  });

  test.each([undefined, "", "a b", "$(id)", "x".repeat(65), "1\n2"])(
    "is nobody when S3 is said to report %j",
    (account) => {
      expect(requesterOf(account, {})).toEqual({});
    },
  );

  test("is bounded and fits the record, whatever was written", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 300 }), fc.string({ maxLength: 600 }), (account, name) => {
        const requester = requesterOf(account, { submitter: name });
        expect(requesterSchema.parse(requester)).toEqual(requester);
        expect(requester.submitter?.length).toBeLessThanOrEqual(256);
        expect(requester.account ?? "").toMatch(/^[A-Za-z0-9.-]{0,64}$/);
      }),
    );
  });

  test("goes through a header, whatever the user and the machine are called", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 1, maxLength: 600 }), (name) => {
        const { submitter = "" } = submitterMetadata(name);
        expect(submitter).toMatch(/^[\x21-\x7e]{1,256}$/);
        expect(requesterOf(undefined, submitterMetadata(name))).toEqual({ submitter });
      }),
    );
    expect(submitterMetadata("利用者@host")).toEqual({ submitter: "???@host" });
  });
});

import { describe, expect, test } from "@jest/globals";
import {
  checkPutEvents,
  putEventsErrors,
  type StateChange,
  stateChangeEntry,
  stateChangeEventSchema,
} from "../../../protocol/event.ts";

const change: StateChange = {
  version: 1,
  bucket: "jobs",
  prefix: "job1",
  submission: "s1",
  from: null,
  to: "FILE_UPLOAD",
  at: "2026-11-23T20:45:01.000Z",
};

test("what is published is what the audit takes in", () => {
  const entry = stateChangeEntry("bus", change);
  expect(entry.EventBusName).toBe("bus");
  const delivered = {
    id: "1",
    source: entry.Source,
    "detail-type": entry.DetailType,
    detail: JSON.parse(entry.Detail) as unknown,
  };
  expect(stateChangeEventSchema.parse(delivered).detail).toEqual(change);
});

describe("checkPutEvents", () => {
  test.each([[{}], [{ Entries: [] }], [{ Entries: [{}, {}] }]])(
    "%j: every entry was taken",
    (answer) => {
      expect(() => checkPutEvents(answer)).not.toThrow();
    },
  );

  test("an entry that was refused is an error, with EventBridge's reason", () => {
    const answer = { Entries: [{}, { ErrorCode: "InternalFailure", ErrorMessage: "later" }] };
    expect(() => checkPutEvents(answer)).toThrow(
      expect.objectContaining({ code: "aws", message: "EventBridge: InternalFailure later" }),
    );
  });
});

test("of several entries, each one's own reason is told", () => {
  const Entries = [{}, { ErrorCode: "InternalFailure", ErrorMessage: "later" }, {}];
  expect(putEventsErrors({ Entries })).toEqual([
    undefined,
    expect.objectContaining({ code: "aws", message: "EventBridge: InternalFailure later" }),
    undefined,
  ]);
});

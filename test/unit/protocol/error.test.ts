import { describe, expect, test } from "@jest/globals";
import { CloudSubmitError, messageOf } from "../../../protocol/error.ts";

describe("CloudSubmitError.from", () => {
  test("passes one of ours on as it is, whatever code is offered", () => {
    const error = new CloudSubmitError("aws", "S3 said no");
    expect(CloudSubmitError.from(error, "slurm")).toBe(error);
  });

  test("wraps what is not ours under the code, and keeps the cause", () => {
    const cause = new TypeError("x is not a function");
    const error = CloudSubmitError.from(cause, "slurm");
    expect(error).toMatchObject({ code: "slurm", message: "TypeError: x is not a function" });
    expect(error.cause).toBe(cause);
  });

  test("what nobody gave a code is a defect", () => {
    expect(CloudSubmitError.from("no error at all")).toMatchObject({
      code: "internal",
      message: "no error at all",
    });
  });
});

test.each<[string, unknown, string]>([
  ["an error", new Error("it broke"), "it broke"],
  ["a named error", new RangeError("too far"), "RangeError: too far"],
  ["an error without words", new RangeError(""), "RangeError"],
  ["several lines", new Error(" one\n   two \r\n three\n"), "one two three"],
  ["no error", { toString: () => "a thing" }, "a thing"],
  ["nothing", undefined, "undefined"],
])("messageOf makes one line of %s", (_name, thrown, line) => {
  expect(messageOf(thrown)).toBe(line);
});

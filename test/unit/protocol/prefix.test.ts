import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { isPrefix, makePrefix, prefixProblem } from "../../../protocol/prefix.ts";

describe("isPrefix", () => {
  test.each(["job0001", "a", "A.b_c-9", "x".repeat(128)])("accepts %j", (prefix) => {
    expect(isPrefix(prefix)).toBe(true);
    expect(prefixProblem(prefix)).toBeUndefined();
  });

  test.each([
    "",
    "a b",
    "-x",
    ".x",
    "$(id)",
    "../x",
    "a/b",
    "a\nb",
    "a\n",
    "日本",
    "x".repeat(129),
    "a;b",
    "`id`",
  ])("refuses %j and says why in one line", (prefix) => {
    expect(isPrefix(prefix)).toBe(false);
    expect(prefixProblem(prefix)).toMatch(/^the prefix .*use 1 to 128 of the characters[^\n]*$/);
  });
});

test("makePrefix makes a prefix out of anything", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "binary" }),
      fc.date({ noInvalidDate: true, min: new Date("1970-01-01"), max: new Date("9999-01-01") }),
      (name, at) => {
        expect(prefixProblem(makePrefix(name, at, "abc123"))).toBeUndefined();
      },
    ),
  );
});

test("makePrefix names the folder and the time", () => {
  expect(makePrefix("my wave", new Date("2026-11-23T20:45:01Z"), "f00")).toBe(
    "my-wave-20261123-204501-f00",
  );
});

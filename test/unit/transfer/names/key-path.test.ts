import { describe, expect, test } from "@jest/globals";
import { keyProblem, keyToPath } from "../../../../transfer/names/key-path.ts";

describe("keyToPath", () => {
  test.each([
    ["job/a.txt", { kind: "file", path: "a.txt" }],
    ["job/d/e/", { kind: "folder", path: "d/e" }],
    ["job/", { kind: "folder", path: "" }],
    ["job/a b+%'$(x)\n日本", { kind: "file", path: "a b+%'$(x)\n日本" }],
    ["job/..x/...", { kind: "file", path: "..x/..." }],
    ["job/-rf", { kind: "file", path: "-rf" }],
  ])("maps %j", (key, expected) => {
    expect(keyToPath(key, "job")).toEqual(expected);
  });

  test.each([
    "job/../x",
    "job/a/../../x",
    "job/..",
    "job/./x",
    "job//etc/passwd",
    "job/a//b",
    "job/../",
    "job/a\0b",
    `job/${"x".repeat(256)}`,
    `job/${"日".repeat(86)}`,
  ])("refuses %j", (key) => {
    expect(keyToPath(key, "job")).toMatchObject({
      kind: "refused",
      reason: { code: expect.stringMatching(/^(name|path)-/) },
    });
  });
});

test("keys of more than 1024 bytes are refused", () => {
  expect(keyProblem("job", "x".repeat(1020))).toBeUndefined();
  expect(keyProblem("job", "x".repeat(1021))).toEqual({
    code: "key-too-long",
    values: { max: "1024" },
  });
});

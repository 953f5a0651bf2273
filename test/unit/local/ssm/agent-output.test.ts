import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { pluginOutput } from "../../../../local/ssm/agent-output.ts";

describe("pluginOutput", () => {
  test.each([
    ["out", "", "out"],
    ["", "err", "\n----------ERROR-------\nerr"],
    ["out\n", "err", "out\n\n----------ERROR-------\nerr"],
  ])("of %j and %j is %j", (stdout, stderr, output) => {
    expect(pluginOutput(stdout, stderr)).toBe(output);
  });

  test("is never longer than 2,500 characters", () => {
    const text = fc.string({ maxLength: 6000, size: "max" });
    fc.assert(fc.property(text, text, (out, err) => pluginOutput(out, err).length <= 2500));
    expect(pluginOutput("x".repeat(9000), "y".repeat(9000))).toMatch(/Error truncated----$/);
    expect(pluginOutput("x", "y".repeat(9000))).toMatch(/y\n---Error truncated----$/);
    expect(pluginOutput("x".repeat(9000), "y")).toMatch(/x\n---Output truncated---\n-+ERROR-+\ny$/);
  });
});

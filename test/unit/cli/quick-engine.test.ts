import { spawnSync } from "node:child_process";
import { expect, test } from "@jest/globals";
import { optimizeLate } from "../../../cli/quick-engine.ts";

function flagsFor(version: string): string[] {
  const flags: string[] = [];
  optimizeLate(version, (flag) => void flags.push(flag));
  return flags;
}

test("this version of Node.js knows the flag that it is given, if it is given one", () => {
  const flags = flagsFor(process.versions.v8);
  const script = `require("node:v8").setFlagsFromString(${JSON.stringify(flags[0] ?? "")})`;
  const { stderr } = spawnSync(process.execPath, ["-e", flags.length > 0 ? script : ""]);
  expect(stderr.toString()).toBe("");
});

test("only V8 11 is given one", () => {
  expect(flagsFor("11.3.244.8-node.33")).toHaveLength(1);
  expect(["12.4.254.21-node.33", "13.6.233.10-node.28"].flatMap(flagsFor)).toEqual([]);
});

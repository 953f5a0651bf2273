import { spawnSync } from "node:child_process";
import { expect, test } from "@jest/globals";
import { optimizeAsUsual, optimizeLate } from "../../../cli/quick-engine.ts";

function flagsFor(version: string, optimize = optimizeLate): string[] {
  const flags: string[] = [];
  optimize(version, (flag) => void flags.push(flag));
  return flags;
}

/** Runs a script in a Node.js of its own. */
const run = (script: string) => {
  const { stdout, stderr } = spawnSync(process.execPath, ["-e", script]);
  return { stdout: stdout.toString(), stderr: stderr.toString() };
};

/** Lines that set flags of V8. */
const setting = (flags: readonly string[]) =>
  flags.map((flag) => `require("node:v8").setFlagsFromString(${JSON.stringify(flag)});`).join("\n");

test("this version of Node.js knows the flag that it is given, if it is given one", () => {
  expect(run(setting(flagsFor(process.versions.v8))).stderr).toBe("");
});

test("only V8 11 is given one", () => {
  expect(flagsFor("11.3.244.8-node.33")).toHaveLength(1);
  for (const optimize of [optimizeLate, optimizeAsUsual])
    for (const version of ["12.4.254.21-node.33", "13.6.233.10-node.28"])
      expect(flagsFor(version, optimize)).toEqual([]);
});

test("as usual, V8 takes code that was compiled before it was given any flag, and not otherwise", () => {
  const { v8 } = process.versions;
  const script = `
    const { Script } = require("node:vm");
    const text = "(function () { return 1; })";
    const cachedData = new Script(text).createCachedData();
    const isRefused = () => new Script(text, { cachedData }).cachedDataRejected;
    ${setting(flagsFor(v8, optimizeLate))}
    const late = isRefused();
    ${setting(flagsFor(v8, optimizeAsUsual))}
    console.log(JSON.stringify({ late, usual: isRefused() }));`;
  expect(JSON.parse(run(script).stdout)).toEqual({ late: v8.startsWith("11."), usual: false });
});

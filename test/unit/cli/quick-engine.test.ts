import { spawnSync } from "node:child_process";
import { EventEmitter } from "node:events";
import { expect, test } from "@jest/globals";
import { beginThreadsAsUsual, optimizeAsUsual, optimizeLate } from "../../../cli/quick-engine.ts";

function flagsFor(version: string, optimize = optimizeLate): string[] {
  const flags: string[] = [];
  optimize(version, (flag) => void flags.push(flag));
  return flags;
}

/** Runs a script in a Node.js of its own. */
const run = (script: string, flags: readonly string[] = []) => {
  const { stdout, stderr } = spawnSync(process.execPath, [...flags, "-e", script]);
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
  const begin = `const { Script } = require("node:vm"); const text = "(function () { return 1; })";`;
  const code = run(
    `${begin} process.stdout.write(new Script(text).createCachedData().toString("base64"));`,
  ).stdout;
  expect(code.length).toBeGreaterThan(100);
  // Each in a process of its own: within one, V8 knows the text.
  const isRefused = (...flags: string[]) =>
    run(`${begin} ${setting(flags)}
      const cachedData = Buffer.from(${JSON.stringify(code)}, "base64");
      console.log(new Script(text, { cachedData }).cachedDataRejected);`).stdout.trim();
  const late = flagsFor(v8, optimizeLate);
  expect(isRefused(...late)).toBe(String(v8.startsWith("11.")));
  expect(isRefused(...late, ...flagsFor(v8, optimizeAsUsual))).toBe("false");
});

test("a thread begins with V8's own setting, until it says something, or ends", () => {
  const version = "11.3.244.8-node.33";
  const [usual] = flagsFor(version, optimizeAsUsual);
  const [late] = flagsFor(version, optimizeLate);
  for (const first of ["message", "exit"]) {
    const flags: string[] = [];
    const [process, thread] = [new EventEmitter(), new EventEmitter()];
    beginThreadsAsUsual(version, (flag) => void flags.push(flag), process as NodeJS.Process);
    process.emit("worker", thread);
    expect(flags).toEqual([usual]);
    for (const event of [first, "message", "exit"]) thread.emit(event);
    expect(flags).toEqual([usual, late]);
  }
});

test("a thread takes the compiled code that Node.js has of its own modules", () => {
  const [usual, late] = [optimizeAsUsual, optimizeLate].map((optimize) =>
    setting(flagsFor(process.versions.v8, optimize)),
  );
  /** The modules that a thread had to compile; versions of Node.js that do not say so tell none. */
  const compiled = (asItBegins = "") => {
    const thread = `require("node:tls");
      const { internalBinding } = require("internal/test/binding");
      const { compiledWithoutCache = [] } = internalBinding("builtins").getCacheUsage?.() ?? {};
      require("node:worker_threads").parentPort.postMessage([...compiledWithoutCache].length);`;
    const script = `${late}
      const { Worker } = require("node:worker_threads");
      process.on("worker", () => { ${asItBegins} });
      new Worker(${JSON.stringify(thread)}, { eval: true }).on("message", (count) => console.log(count));`;
    return Number(run(script, ["--expose-internals"]).stdout);
  };
  const without = compiled();
  // Some come before any event.
  expect(compiled(usual)).toBeLessThanOrEqual(without / 4);
});

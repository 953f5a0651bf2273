import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { afterEach, expect, jest, test } from "@jest/globals";
import { transformSync } from "esbuild";
import { collectGarbage, MemoryAtRest } from "../../../../headnode/upkeep/memory-at-rest.ts";

afterEach(() => {
  jest.useRealTimers();
});

test("collects twice when nothing has changed for a while, and again after the next change", () => {
  jest.useFakeTimers();
  const collect = jest.fn();
  const memory = new MemoryAtRest(collect, 1000);
  for (let change = 0; change < 5; change++) {
    memory.changed();
    jest.advanceTimersByTime(999);
  }
  expect(collect).not.toHaveBeenCalled();
  jest.advanceTimersByTime(1);
  expect(collect).toHaveBeenCalledTimes(1);
  jest.advanceTimersByTime(100_000);
  expect(collect).toHaveBeenCalledTimes(2);
  memory.changed();
  jest.advanceTimersByTime(100_000);
  expect(collect).toHaveBeenCalledTimes(4);
});

test("a change between the two collections begins the rest anew", () => {
  jest.useFakeTimers();
  const collect = jest.fn();
  const memory = new MemoryAtRest(collect, 1000);
  memory.changed();
  jest.advanceTimersByTime(1500);
  memory.changed();
  jest.advanceTimersByTime(999);
  expect(collect).toHaveBeenCalledTimes(1);
  jest.advanceTimersByTime(100_000);
  expect(collect).toHaveBeenCalledTimes(3);
});

test("collects nothing once it is stopped", () => {
  jest.useFakeTimers();
  const collect = jest.fn();
  const memory = new MemoryAtRest(collect, 1000);
  memory.changed();
  memory.stop();
  memory.changed();
  jest.advanceTimersByTime(100_000);
  expect(collect).not.toHaveBeenCalled();
});

test("collectGarbage takes what nobody holds any more", async () => {
  const held = { text: "held" };
  const refs = [new WeakRef(held), new WeakRef({ text: "not held" })];
  // A reference keeps its target until the end of this turn.
  await new Promise((next) => setImmediate(next));
  collectGarbage();
  expect(refs.map((ref) => ref.deref())).toEqual([held, undefined]);
});

/** Bytes of V8's space for young objects after many were made, by a Node.js that runs `first` before. */
function youngSpace(first: string): number {
  const source = readFileSync("headnode/upkeep/memory-at-rest.ts", "utf8");
  const { code } = transformSync(source, { loader: "ts", format: "cjs" });
  const burst = `
    const kept = [];
    for (let at = 0; at < 2_000_000; at++) {
      const one = { at, text: "x" + at, list: [at] };
      if (at % 20 === 0) kept.push(one);
    }
    const spaces = require("node:v8").getHeapSpaceStatistics();
    console.log(spaces.find((each) => each.space_name === "new_space").space_size);`;
  // Nothing of what the tests' own Node.js is told.
  const options = { env: {}, encoding: "utf8" } as const;
  return Number(execFileSync(process.execPath, ["-e", `${code};${first}${burst}`], options));
}

test("the space for young objects stays a fraction of what it would grow to", () => {
  expect(youngSpace("keepYoungSpaceSmall();") * 3).toBeLessThan(youngSpace(""));
});

import { spawnSync } from "node:child_process";
import { expect, test } from "@jest/globals";
import { boundHeap, YOUNG_BYTES, type Young } from "../../../cli/bound-heap.ts";

/** A young generation whose size is set by hand, and flags as they are set. */
function scene(version: string) {
  const flags: string[] = [];
  const state = { bytes: 0, looks: [] as (() => void)[] };
  const young: Young = {
    bytes: () => state.bytes,
    onChance: (look) => {
      state.looks.push(look);
      return () => void state.looks.splice(0);
    },
  };
  const setBack = boundHeap(version, (flag) => void flags.push(flag), young);
  const collect = (bytes: number) => {
    state.bytes = bytes;
    for (const look of state.looks) look();
  };
  return { flags, state, collect, setBack };
}

const BOUND = ["--semi-space-growth-factor=1", "--heap-growing-percent=50"];

test("it is bounded once its young generation is as large as it may be, and set back in the end", () => {
  const { flags, state, collect, setBack } = scene("11.3.244.8-node.33");
  collect(YOUNG_BYTES - 1);
  expect(flags).toEqual([]);
  collect(YOUNG_BYTES);
  expect(flags).toEqual(BOUND);
  // A thread has set one back meanwhile.
  collect(YOUNG_BYTES);
  expect(flags.splice(0)).toEqual([...BOUND, ...BOUND]);
  setBack();
  expect(flags).toEqual(["--semi-space-growth-factor=2", "--heap-growing-percent=0"]);
  expect(state.looks).toEqual([]);
});

test("a version of V8 that may not know the settings is given none", () => {
  const { flags, collect, setBack } = scene("99.1.2.3");
  collect(2 * YOUNG_BYTES);
  setBack();
  expect(flags).toEqual([]);
});

/** Keeps so many objects at a time that half of what is made outlives a collection. */
const CHURN = `
const v8 = require("node:v8");
const young = () => v8.getHeapSpaceStatistics().find((one) => one.space_name === "new_space").space_size;
const kept = [];
let made = 0;
const go = () => {
  for (let at = 0; at < 2000; at++) kept[made++ % 20_000] = { text: "x".repeat(20) + made, list: [made, at] };
  if (made < 1_000_000) setImmediate(go);
  else console.log(young());
};`;

test("this version of Node.js knows the settings, and they hold", () => {
  const { flags, collect } = scene(process.versions.v8);
  collect(YOUNG_BYTES);
  if (flags.length === 0) return;
  const script = `${CHURN}
    new (require("node:perf_hooks").PerformanceObserver)(() => {
      if (young() >= ${YOUNG_BYTES}) for (const flag of ${JSON.stringify(flags)}) v8.setFlagsFromString(flag);
    }).observe({ entryTypes: ["gc"] });
    go();`;
  const { stdout, stderr } = spawnSync(process.execPath, ["-e", script]);
  expect(stderr.toString()).toBe("");
  expect(Number(stdout.toString())).toBeLessThanOrEqual(YOUNG_BYTES);
  const { stdout: unbound } = spawnSync(process.execPath, ["-e", `${CHURN} go();`]);
  expect(Number(unbound.toString())).toBeGreaterThan(YOUNG_BYTES);
}, 60_000);

import { spawnSync } from "node:child_process";
import { expect, test } from "@jest/globals";
import { collectSooner } from "../../../cli/heap-growth.ts";
import { boundYoung, YOUNG_BYTES, type Young } from "../../../cli/young-heap.ts";

const V8 = process.versions.v8;
const UNKNOWN = "99.1.2.3";

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
  const setBack = boundYoung(version, (flag) => void flags.push(flag), young);
  const collect = (bytes: number) => {
    state.bytes = bytes;
    for (const look of state.looks) look();
  };
  return { flags, state, collect, setBack };
}

test("it grows no more once it is as large as it may be, and that is set back in the end", () => {
  const { flags, state, collect, setBack } = scene("11.3.244.8-node.33");
  collect(YOUNG_BYTES - 1);
  expect(flags).toEqual([]);
  collect(YOUNG_BYTES);
  expect(flags).toEqual(["--semi-space-growth-factor=1"]);
  // A thread has set it back meanwhile.
  collect(YOUNG_BYTES);
  setBack();
  expect(flags.slice(1)).toEqual(["--semi-space-growth-factor=1", "--semi-space-growth-factor=2"]);
  expect(state.looks).toEqual([]);
});

test("a version of V8 that may not know the settings is given none", () => {
  const { flags, collect, setBack } = scene(UNKNOWN);
  collect(2 * YOUNG_BYTES);
  setBack();
  collectSooner(UNKNOWN, (flag) => void flags.push(flag));
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
  const flags: string[] = [];
  collectSooner(V8, (flag) => void flags.push(flag));
  const { flags: bounding, collect } = scene(V8);
  collect(YOUNG_BYTES);
  const [bound] = bounding;
  if (bound === undefined) return;
  const script = `${CHURN}
    v8.setFlagsFromString(${JSON.stringify(flags[0])});
    new (require("node:perf_hooks").PerformanceObserver)(() => {
      if (young() >= ${YOUNG_BYTES}) v8.setFlagsFromString(${JSON.stringify(bound)});
    }).observe({ entryTypes: ["gc"] });
    go();`;
  const { stdout, stderr } = spawnSync(process.execPath, ["-e", script]);
  expect(stderr.toString()).toBe("");
  expect(Number(stdout.toString())).toBeLessThanOrEqual(YOUNG_BYTES);
  const { stdout: unbound } = spawnSync(process.execPath, ["-e", `${CHURN} go();`]);
  expect(Number(unbound.toString())).toBeGreaterThan(YOUNG_BYTES);
}, 60_000);

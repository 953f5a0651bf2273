import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import {
  formatSweep,
  isParameterName,
  isParameterValue,
  parseSweep,
  rowOfPrefix,
  rowPrefix,
  SWEEP_NAME_MAX,
  SWEEP_ROWS_MAX,
  SWEEP_VALUE_MAX_BYTES,
  type Sweep,
} from "../../../protocol/sweep.ts";

const ARRAY: Sweep = {
  version: 1,
  kind: "array",
  sbatchOptions: ["--time=10"],
  columns: ["alpha"],
  rows: [["1"], ["x\ny"]],
  submission: "s1",
  tasks: [2],
  done: [1],
};
const PREFIXES: Sweep = {
  version: 1,
  kind: "prefixes",
  sbatchOptions: [],
  columns: ["alpha"],
  rows: [["1"], ["2"]],
  readKey: "k".repeat(22),
  submissions: ["s1", "s2"],
};

describe("parseSweep", () => {
  test.each([ARRAY, PREFIXES, { ...PREFIXES, open: [2], done: [1] }])(
    "reads what formatSweep wrote",
    (sweep) => {
      expect(parseSweep(formatSweep(sweep) ?? "")).toEqual(sweep);
    },
  );

  test.each([
    ["an unknown field", { ...ARRAY, more: 1 }],
    ["a later version", { ...ARRAY, version: 2 }],
    ["a row that is too short", { ...ARRAY, rows: [["1"], []] }],
    ["no rows", { ...ARRAY, rows: [] }],
    [
      "more rows than there may be",
      { ...ARRAY, rows: Array.from({ length: SWEEP_ROWS_MAX + 1 }, () => ["1"]) },
    ],
    ["an array without a submission", { ...ARRAY, submission: undefined }],
    ["an array with a submission that is none", { ...ARRAY, submission: "../s" }],
    ["a task that is no row", { ...ARRAY, tasks: [3] }],
    ["a task that is no number", { ...ARRAY, done: ["1-4000000"] }],
    ["a name of the shell's", { ...ARRAY, columns: ["PATH"] }],
    ["a name that is shell text", { ...ARRAY, columns: ["a;id"] }],
    ["a name twice", { ...ARRAY, columns: ["a", "a"], rows: [["1", "2"]], tasks: [], done: [] }],
    ["a value with NUL", { ...ARRAY, rows: [["1"], ["\0"]] }],
    ["a submission for each row but one", { ...PREFIXES, submissions: ["s1"] }],
    ["an open row that is none", { ...PREFIXES, open: [3], done: [] }],
    ["a row that is done and none", { ...PREFIXES, open: [], done: [0] }],
    ["a submission that is none", { ...PREFIXES, submissions: ["s1", "../s"] }],
    ["a read key that can be guessed", { ...PREFIXES, readKey: "k" }],
    ["the other kind's fields", { ...PREFIXES, kind: "array" }],
  ])("%s is none", (_name, sweep) => {
    expect(parseSweep(JSON.stringify(sweep))).toBeUndefined();
  });

  test("nor is any other JSON", () => {
    fc.assert(fc.property(fc.json(), (text) => expect(parseSweep(text)).toBeUndefined()));
  });

  test("one that is too long is not written", () => {
    const row = ["x".repeat(SWEEP_VALUE_MAX_BYTES)];
    expect(formatSweep({ ...ARRAY, rows: Array.from({ length: 600 }, () => row) })).toBeUndefined();
  });
});

test.each(["alpha", "_x", "OMP_NUM_THREADS", "a1", "path", "SEED"])(
  "%s names a parameter",
  (name) => {
    expect(isParameterName(name)).toBe(true);
  },
);

test.each([
  ["", "1a", "a-b", "a b", "é", "a\n", "x".repeat(65), "_", "__proto__ ", "PATH", "IFS", "ENV"],
  ["LD_PRELOAD", "BASH_ENV", "BASH_FUNC_x", "SLURM_JOB_ID", "SBATCH_ARRAY_INX", "PS4", "LC_ALL"],
  ["AWS_PROFILE", "SWEEP_ROW", "_sweep_value", "PROMPT_COMMAND", "HOME"],
])("none of %j and others does", (...names) => {
  expect(names.filter(isParameterName)).toEqual([]);
});

test("a value is whole text of a length that a variable may have", () => {
  expect(isParameterValue("夜\n\\'\"$")).toBe(true);
  expect(isParameterValue("\ud800")).toBe(false);
  expect(isParameterValue("a\0")).toBe(false);
  expect(isParameterValue("é".repeat(SWEEP_VALUE_MAX_BYTES / 2 + 1))).toBe(false);
});

test("prefixes of rows are in the order of their numbers, and no longer than a prefix may be", () => {
  expect([1, 20, 200].map((row) => rowPrefix("s", row, 200))).toEqual(["s-001", "s-020", "s-200"]);
  const longest = rowPrefix("n".repeat(SWEEP_NAME_MAX), SWEEP_ROWS_MAX, SWEEP_ROWS_MAX);
  expect(longest).toHaveLength(128);
});

test("the prefix of each row tells its sweep and its number, and no other name does", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: SWEEP_ROWS_MAX }),
      fc.nat(SWEEP_ROWS_MAX),
      (row, more) => {
        const rows = Math.min(row + more, SWEEP_ROWS_MAX);
        expect(rowOfPrefix(rowPrefix("a-7", row, rows))).toEqual({ name: "a-7", row });
      },
    ),
  );
  expect(["s", "s-", "-1", "s-0", "s-1x", "s-100000"].map(rowOfPrefix)).toEqual(
    Array.from({ length: 6 }, () => undefined),
  );
});

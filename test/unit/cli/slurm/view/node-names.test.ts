import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { nodeList, nodeNames } from "../../../../../cli/slurm/view/node-names.ts";

test.each([
  ["a", ["a"]],
  ["a,b", ["a", "b"]],
  ["a[1-3,7]", ["a1", "a2", "a3", "a7"]],
  ["a[08-10]", ["a08", "a09", "a10"]],
  ["r[1-2]n[1-2]", ["r1n1", "r1n2", "r2n1", "r2n2"]],
  ["a[1]x,b", ["a1x", "b"]],
  ["", []],
])("%s", (list, names) => {
  expect(nodeNames(list)).toEqual(names);
});

test.each(["a[", "a]", "a[1", "a[x]", "a[3-1]", "a[]", "a[1-999999999]", "a[1-300]b[1-300]"])(
  "%s is no list",
  (list) => {
    expect(nodeNames(list)).toBeUndefined();
  },
);

test.each([
  [["a1", "a2", "a3", "b"], "a[1-3],b"],
  [["a1", "a3"], "a[1,3]"],
  [["a08", "a09", "a10"], "a[08-10]"],
  [["a1"], "a1"],
  [["a", "a"], "a,a"],
  [[], ""],
])("%j", (names, list) => {
  expect(nodeList(names)).toBe(list);
});

test("a list of names names them again", () => {
  fc.assert(
    fc.property(
      fc.record({
        names: fc.array(fc.stringMatching(/^[a-z]{1,3}-?[0-9]{0,4}$/), { maxLength: 20 }),
      }),
      ({ names }) => {
        expect(nodeNames(nodeList(names))).toEqual(names);
      },
    ),
  );
});

test("no list throws", () => {
  fc.assert(
    fc.property(fc.record({ list: fc.string() }), ({ list }) => {
      nodeNames(list);
    }),
  );
});

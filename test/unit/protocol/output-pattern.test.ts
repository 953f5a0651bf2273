import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import {
  expandOutputPattern,
  folderFields,
  literalPattern,
} from "../../../protocol/output-pattern.ts";

const values = { jobId: "17", jobName: "a/b c", userName: "u", batchHost: "node-1" };
const array = { ...values, array: { jobId: "18", task: 3 } };

// File names of real jobs, on Slurm 22.05.
test.each([
  ["p%%-%j-%J-%N-%n-%s-%t-%u", "p%-17-17-node-1-0-batch-0-u"],
  ["%A-%a", "17-4294967294"],
  ["%5j %3t %20j", "00017 000 0000000017"],
  ["%3s-%2n-%5x-%6N", "batch-00-a/b c-node-1"],
  ["%b %q %", "%b %q %"],
  ["b\\\\x\\y%j", "b\\xy%j"],
  ["plain", "plain"],
])("the pattern %j of a job names %j", (pattern, file) => {
  expect(expandOutputPattern(pattern, values)).toBe(file);
});

test.each([
  ["%A_%a", "18_3"],
  ["%j %4a", "17 0003"],
])("the pattern %j of an array's task names %j", (pattern, file) => {
  expect(expandOutputPattern(pattern, array)).toBe(file);
});

test("%b is known to newer versions", () => {
  expect(expandOutputPattern("%b-%3b", { ...array, knowsModulo: true })).toBe("3-003");
  expect(expandOutputPattern("%b", { ...values, knowsModulo: true })).toBe("4");
});

test("a name that looks like a pattern is not replaced again", () => {
  expect(expandOutputPattern("%x", { ...values, jobName: "%j$&" })).toBe("%j$&");
});

test.each([
  ["d-%j/x.o", ["j"]],
  ["arr/%4A/%a/%N-%x.o", ["A", "a"]],
  ["%%N/%x/%%%u/x", ["u", "x"]],
  ["%N.o", []],
  ["%j\\/x.o", []],
])("the folder of %s depends on %j", (pattern, fields) => {
  expect([...folderFields(pattern)].toSorted()).toEqual(fields);
});

test("a path that is no pattern is written so that Slurm takes it for nothing else", () => {
  const path = fc
    .array(fc.constantFrom("%", "\\", "j", "a", "/", "4", " "))
    .map((all) => all.join(""));
  fc.assert(
    fc.property(path, (text) => {
      expect(expandOutputPattern(literalPattern(text), array)).toBe(text);
    }),
  );
});

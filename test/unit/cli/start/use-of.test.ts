import { expect, test } from "@jest/globals";
import { useOf } from "../../../../cli/start/use-of.ts";

test.each([
  [["node", "/usr/bin/cloud-submit", "submit", "folder"], "cloud-submit submit"],
  [
    ["node", "/opt/dist/cloud-submit.cjs", "--json", "fetch", "-w", "job"],
    "cloud-submit.cjs fetch",
  ],
  [["node", "/usr/bin/cloud-submit", "submit", "--help"], "cloud-submit help"],
  [["node", "/usr/bin/squeue"], "squeue "],
  [["node"], " "],
])("a program is used for its verb: %j", (argv, use) => {
  expect(useOf(argv)).toBe(use);
});

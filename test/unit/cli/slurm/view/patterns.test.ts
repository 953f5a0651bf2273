import { expect, test } from "@jest/globals";
import { jobViews } from "../../../../../cli/slurm/view/job-view.ts";
import { expandPattern } from "../../../../../cli/slurm/view/patterns.ts";
import { RUNNING, sent } from "../../../../support/slurm-view.ts";

const USER = { name: "ann", uid: 1000, group: "staff", gid: 50, host: "desk" };
const { file, board } = sent("12", {
  ...RUNNING,
  nodes: "a[3-4],b",
  tasks: [{ ids: "7", state: "RUNNING", nodes: "a[3-4],b" }],
});
const [TASK] = jobViews([{ ...file, ...(board && { last: board }) }], USER);

test.each([
  ["slurm-%j.out", "slurm-12.out"],
  ["%A_%a", "12_7"],
  ["%4a-%04A", "0007-0012"],
  ["%x.%u.%N.%n.%t.%s", "train.ann.a3.0.0.batch"],
  ["100%%", "100%"],
  ["%q", "%q"],
  ["a\\%j", "a%j"],
])("%s", (path, expanded) => {
  if (!TASK) throw new Error("there is a task");
  expect(expandPattern(path, TASK)).toBe(expanded);
});

import { expect, test } from "@jest/globals";
import { reasonOf } from "../../../../../cli/slurm/view/reasons.ts";
import { at } from "../../../../support/slurm-view.ts";

test.each([
  ["PENDING", {}, "None"],
  ["PENDING", { reason: " " }, "None"],
  ["PENDING", { reason: "Nodes required are DOWN" }, "Nodes_required_are_DOWN"],
  ["RUNNING", { reason: "None" }, "None"],
  ["COMPLETED", {}, "None"],
  ["CANCELLED", { reason: "Dependency" }, "Dependency"],
  ["TIMEOUT", {}, "TimeLimit"],
  ["NODE_FAIL", {}, "NodeDown"],
  ["OUT_OF_MEMORY", {}, "OutOfMemory"],
  ["FAILED", { reason: "BadConstraints" }, "BadConstraints"],
  ["FAILED", { exitCode: 3 }, "NonZeroExitCode"],
  ["FAILED", { signal: 9, startedAt: at(12) }, "NonZeroExitCode"],
  ["FAILED", { reason: "StageInFailed" }, "JobLaunchFailure"],
  ["FAILED", { reason: "EndUnknown", startedAt: at(12) }, "SystemFailure"],
])("%s with %j: %s", (verdict, told, reason) => {
  expect(reasonOf(verdict, told)).toBe(reason);
});

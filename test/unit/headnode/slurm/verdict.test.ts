import { describe, expect, test } from "@jest/globals";
import { accountOf, newAccount } from "../../../../headnode/slurm/array-account.ts";
import { isEnded, outcomeOfState } from "../../../../headnode/slurm/job-state.ts";
import { verdictOf } from "../../../../headnode/slurm/verdict.ts";
import { arrayTask, task } from "../../../support/fake-slurm.ts";

test.each([
  "PENDING",
  "RUNNING",
  "COMPLETING",
  "SUSPENDED",
  "REQUEUED",
  "REQUEUE_HOLD",
  "SPECIAL_EXIT",
  "CONFIGURING",
  "STAGE_OUT",
  "ANYTHING_NEW",
  "constructor",
])("%s is no end", (state) => {
  expect(isEnded(task(state))).toBe(false);
});

test.each([
  [["COMPLETED"], "completed"],
  [["COMPLETED", "FAILED"], "failed"],
  [["CANCELLED", "COMPLETED"], "cancelled"],
  [["TIMEOUT"], "timeout"],
  [["DEADLINE"], "failed"],
  [["OUT_OF_MEMORY", "FAILED"], "out-of-memory"],
  [["NODE_FAIL", "TIMEOUT"], "node-failure"],
])("components that ended %j make the outcome %s", (states, outcome) => {
  const tasks = states.map((state) => task(state));
  expect(verdictOf("5", tasks).outcome).toBe(outcome);
});

test("a state that this version does not know is no success", () => {
  expect(outcomeOfState("MELTED")).toBe("failed");
  expect(outcomeOfState("toString")).toBe("failed");
});

describe("verdictOf", () => {
  test("the worst component speaks for a heterogeneous job; it has no tasks", () => {
    const { slurm } = verdictOf("5", [task("COMPLETED"), task("FAILED", 7)]);
    expect(slurm).toMatchObject({ jobId: "5", state: "FAILED", exitCode: 7 });
    expect(slurm).not.toHaveProperty("tasks");
  });

  test("tells reason, nodes, the first start and the last end of all", () => {
    const tasks = [
      { ...task("COMPLETED"), startedAt: "2026-11-23T10:00:02Z", endedAt: "2026-11-23T10:00:03Z" },
      { ...task("TIMEOUT"), reason: "TimeLimit", nodes: "n[1-2]", restarts: 3 },
      { ...task("COMPLETED"), startedAt: "2026-11-23T10:00:01Z", endedAt: "2026-11-23T10:00:09Z" },
    ];
    expect(verdictOf("5", tasks).slurm).toEqual({
      jobId: "5",
      state: "TIMEOUT",
      reason: "TimeLimit",
      nodes: "n[1-2]",
      exitCode: 0,
      signal: 0,
      restarts: 3,
      startedAt: "2026-11-23T10:00:01Z",
      endedAt: "2026-11-23T10:00:09Z",
    });
  });

  test("of an array, what Slurm has forgotten counts as much as what it shows", () => {
    const first = { ...arrayTask("1", "FAILED", 7), startedAt: "2026-11-23T10:00:01Z" };
    const last = { ...arrayTask("2", "COMPLETED"), endedAt: "2026-11-23T12:00:00Z" };
    const now = new Date("2026-11-23T12:00:01Z");
    const account = accountOf(newAccount({ tasks: "1-2", waiting: "" }, now), [first], now, 1);
    expect(verdictOf("5", [last], accountOf(account, [last], now, 1))).toMatchObject({
      outcome: "failed",
      slurm: {
        state: "FAILED",
        exitCode: 7,
        startedAt: "2026-11-23T10:00:01Z",
        endedAt: "2026-11-23T12:00:00Z",
        tasks: { total: 2, completed: 1, incomplete: [{ ids: "1", exitCode: 7 }] },
      },
    });
  });
});

import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { tasksAtEnd, tasksOf } from "../../../../headnode/board/array-tasks.ts";
import { accountOf, newAccount } from "../../../../headnode/slurm/array-account.ts";
import type { BoardTasks } from "../../../../protocol/board.ts";
import { formatTaskIds, parseTaskIds } from "../../../../protocol/task-ids.ts";
import { arrayTask } from "../../../support/fake-slurm.ts";

const at = new Date("2026-11-24T12:00:00.000Z");
const fresh = newAccount({ tasks: "1-6", waiting: "1-6" }, at);
const told = (tasks: readonly BoardTasks[]) => tasks.map(({ ids, state }) => `${ids} ${state}`);
const ran = (ids: string, state: string) => ({
  ...arrayTask(ids, state),
  nodes: `node-${ids}`,
  startedAt: "2026-11-24T11:00:00.000Z",
  endedAt: "2026-11-24T11:30:00.000Z",
});

describe("tasks of an array", () => {
  test("are all waiting before Slurm was looked at", () => {
    expect(told(tasksOf(fresh, []))).toEqual(["1-6 PENDING"]);
  });

  test("are ranges of those that are alike, whether or not Slurm still shows them", () => {
    const shown = [ran("1", "COMPLETED"), ran("2", "RUNNING"), arrayTask("4-6", "PENDING")];
    const account = accountOf(fresh, shown, at, 300_000);
    expect(told(tasksOf(account, shown))).toEqual([
      "1 COMPLETED",
      "2 RUNNING",
      "3 CANCELLED",
      "4-6 PENDING",
    ]);
  });

  test("that Slurm has forgotten keep when and where they ran", () => {
    const first = [ran("1", "COMPLETED"), arrayTask("2-6", "PENDING")];
    const account = accountOf(fresh, first, at, 300_000);
    const before = tasksOf(account, first);
    const then = [arrayTask("2-6", "PENDING")];
    const now = tasksOf(accountOf(account, then, at, 300_000), then, before);
    expect(now).toEqual(before);
    expect(now[0]).toMatchObject({ nodes: "node-1", endedAt: "2026-11-24T11:30:00.000Z" });
  });

  test("of which nobody has seen the end do not count as completed", () => {
    const account = { ...fresh, waiting: "" };
    expect(tasksOf(account, [])).toMatchObject([
      { ids: "1-6", state: "FAILED", reason: "EndUnknown" },
    ]);
  });

  test("that only the hook told of have their exit code", () => {
    const hookEnds = [{ ids: "1-2", exitCode: 3, signal: 0 }];
    const [first] = tasksOf({ ...fresh, waiting: "3-6", hookEnds }, []);
    expect(first).toMatchObject({ ids: "1-2", state: "FAILED", exitCode: 3 });
  });

  test("of which the hook alone told 0:0 count as completed", () => {
    const hookEnds = [{ ids: "1-2", exitCode: 0, signal: 0, restarts: 1 }];
    const [first] = tasksOf({ ...fresh, waiting: "3-6", hookEnds }, []);
    expect(first).toEqual({ ids: "1-2", state: "COMPLETED", exitCode: 0, signal: 0 });
  });

  test("with too many different ends are told without nodes and times", () => {
    const ids = Array.from({ length: 1500 }, (_none, index) => index);
    const shown = ids.map((id) => ran(String(id), "COMPLETED"));
    const account = newAccount({ tasks: "0-1499", waiting: "" }, at);
    expect(tasksOf(account, shown)).toEqual([
      { ids: "0-1499", state: "COMPLETED", exitCode: 0, signal: 0 },
    ]);
  });

  test("each task is told once, whatever is shown", () => {
    const state = fc.constantFrom("PENDING", "RUNNING", "COMPLETED", "FAILED", "CANCELLED");
    const rows = fc.array(fc.tuple(fc.integer({ min: 1, max: 6 }), state), { maxLength: 8 });
    fc.assert(
      fc.property(rows, rows, (one, other) => {
        const look = (all: typeof one) => all.map(([id, word]) => ran(String(id), word));
        const account = accountOf(fresh, look(one), at, 300_000);
        const before = tasksOf(account, look(one));
        const now = tasksOf(accountOf(account, look(other), at, 1), look(other), before);
        for (const tasks of [before, now]) {
          const ids = tasks.flatMap((group) => [...(parseTaskIds(group.ids) ?? [])]);
          expect(ids.length).toBe(6);
          expect(formatTaskIds(ids)).toBe("1-6");
        }
      }),
    );
  });
});

test("that ended between two looks have when and where they ran, by their account alone", () => {
  const before = tasksOf(fresh, [ran("1", "RUNNING"), arrayTask("2-6", "PENDING")]);
  const ends = ["1", "2", "3", "4", "5"].map((id) => ran(id, "COMPLETED"));
  const account = accountOf(fresh, [...ends, ran("6", "FAILED")], at, 300_000);
  for (const task of tasksOf(account, [], before))
    expect(task).toMatchObject({
      nodes: `node-${task.ids}`,
      startedAt: "2026-11-24T11:00:00.000Z",
      endedAt: "2026-11-24T11:30:00.000Z",
    });
});

test("of which the hook alone told keep where they ran, and since when", () => {
  const before = tasksOf(fresh, [ran("1", "RUNNING")]);
  const hookEnds = [{ ids: "1", exitCode: 3, signal: 0 }];
  const [first] = tasksOf({ ...fresh, waiting: "2-6", hookEnds }, [], before);
  expect(first).toEqual({
    ids: "1",
    state: "FAILED",
    nodes: "node-1",
    startedAt: "2026-11-24T11:00:00.000Z",
    exitCode: 3,
    signal: 0,
  });
});

test("that were cancelled before they began have had no beginning", () => {
  const cancelled = { ...ran("1-6", "CANCELLED") } as Partial<ReturnType<typeof ran>>;
  delete cancelled.nodes;
  const shown = [cancelled as ReturnType<typeof ran>];
  for (const tasks of [tasksOf(fresh, shown), tasksOf(accountOf(fresh, shown, at, 1), [])])
    expect(tasks[0]).toMatchObject({ ids: "1-6", endedAt: "2026-11-24T11:30:00.000Z" });
  expect(tasksOf(fresh, shown)[0]?.startedAt).toBeUndefined();
});

test("at the end of the array, the record tells how those ended that ran at the last look", () => {
  const before = tasksOf(fresh, [ran("1", "COMPLETED"), ran("2", "RUNNING")]);
  const incomplete = [
    { ids: "2", outcome: "timeout" as const, state: "TIMEOUT", exitCode: 0, signal: 15 },
  ];
  const tasks = tasksAtEnd(before, { total: 6, completed: 5, incomplete });
  expect(told(tasks)).toEqual(["1 COMPLETED", "2 TIMEOUT", "3-6 COMPLETED"]);
  const unknown = tasksAtEnd(before, { total: 6, completed: 1, incomplete });
  expect(told(unknown)).toEqual(["1 COMPLETED", "2 TIMEOUT", "3-6 FAILED"]);
});

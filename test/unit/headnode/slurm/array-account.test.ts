import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import {
  type ArrayAccount,
  accountOf,
  accountOfHook,
  arrayVerdict,
  hasNews,
  newAccount,
} from "../../../../headnode/slurm/array-account.ts";
import { parseTaskIds } from "../../../../protocol/task-ids.ts";
import { arrayTask } from "../../../support/fake-slurm.ts";

const begin = new Date("2026-11-28T12:00:00Z");
const after = (seconds: number) => new Date(begin.getTime() + seconds * 1000);
const FORGETS_MS = 300_000;

type Look = [second: number, ...tasks: ReturnType<typeof arrayTask>[]];

/** The account of an array of these tasks after some looks. */
function look(ids: string, ...looks: Look[]): ArrayAccount {
  return looks.reduce(
    (account, [second, ...tasks]) => accountOf(account, tasks, after(second), FORGETS_MS),
    newAccount({ tasks: ids, waiting: "" }, begin),
  );
}

describe("arrayVerdict", () => {
  test("counts by outcome, and names what did not complete with its exit code", () => {
    const account = look("1-50", [
      5,
      arrayTask("1-12", "COMPLETED"),
      arrayTask("13", "FAILED", 7),
      arrayTask("14-16", "COMPLETED"),
      arrayTask("17-19", "FAILED", 7),
      arrayTask("20", "TIMEOUT"),
      arrayTask("21-50", "COMPLETED"),
    ]);
    expect(arrayVerdict(account)).toEqual({
      outcome: "timeout",
      end: { state: "TIMEOUT", exitCode: 0, signal: 0 },
      tasks: {
        total: 50,
        completed: 45,
        outcomes: { completed: 45, failed: 4, timeout: 1 },
        incomplete: [
          { ids: "13,17-19", outcome: "failed", state: "FAILED", exitCode: 7, signal: 0 },
          { ids: "20", outcome: "timeout", state: "TIMEOUT", exitCode: 0, signal: 0 },
        ],
      },
    });
  });

  test("of tasks that ran at different times tells how they ended alone", () => {
    const ran = (id: string, second: number) => ({
      ...arrayTask(id, "FAILED", 1),
      nodes: `node-${id}`,
      startedAt: after(second).toISOString(),
    });
    const { tasks } = arrayVerdict(look("1-2", [5, ran("1", 1), ran("2", 2)]));
    expect(tasks.incomplete).toEqual([
      { ids: "1-2", outcome: "failed", state: "FAILED", exitCode: 1, signal: 0 },
    ]);
  });

  test("an account stays small: of too many groups it has neither times nor places", () => {
    const ids = Array.from({ length: 1001 }, (_none, index) => String(index));
    const shown = ids.map((id) => ({ ...arrayTask(id, "COMPLETED"), nodes: `node-${id}` }));
    expect(look("0-1000", [5, ...shown.slice(1)]).ends).toHaveLength(1000);
    expect(look("0-1000", [5, ...shown]).ends).toEqual([
      { ids: "0-1000", state: "COMPLETED", exitCode: 0, signal: 0 },
    ]);
  });

  test("names 1000 tasks at most", () => {
    const account = look("1-1500", [
      5,
      arrayTask("1-900", "FAILED", 1),
      arrayTask("901-1500", "FAILED", 2),
    ]);
    const { tasks } = arrayVerdict(account);
    expect(tasks.incomplete?.map(({ ids }) => ids)).toEqual(["1-900", "901-1000"]);
    expect(tasks.outcomes).toEqual({ failed: 1500 });
  });

  test("a task that was cancelled before it began leaves no row, and is not completed", () => {
    const account = look(
      "1-4",
      [1, arrayTask("1", "RUNNING"), arrayTask("2-4", "PENDING")],
      [3, arrayTask("1", "COMPLETED"), arrayTask("2", "RUNNING"), arrayTask("4", "PENDING")],
      [60, arrayTask("1-2", "COMPLETED"), arrayTask("4", "COMPLETED")],
    );
    expect(arrayVerdict(account)).toMatchObject({
      outcome: "cancelled",
      tasks: {
        total: 4,
        completed: 3,
        incomplete: [{ ids: "3", outcome: "cancelled", state: "CANCELLED" }],
      },
    });
  });

  test("nor when it was seen to wait by sbatch's own look alone", () => {
    const accepted = newAccount({ tasks: "1-4", waiting: "2-4" }, begin);
    const ended = [arrayTask("1-2", "COMPLETED"), arrayTask("4", "COMPLETED")];
    expect(arrayVerdict(accountOf(accepted, ended, after(9), FORGETS_MS))).toMatchObject({
      outcome: "cancelled",
      tasks: { total: 4, completed: 3, incomplete: [{ ids: "3", outcome: "cancelled" }] },
    });
  });

  test("a task that may have run and ended unseen is lost, not cancelled", () => {
    const account = look(
      "1-2",
      [1, arrayTask("1", "RUNNING"), arrayTask("2", "PENDING")],
      [1 + FORGETS_MS / 1000, arrayTask("1", "COMPLETED")],
    );
    expect(arrayVerdict(account)).toMatchObject({
      outcome: "lost",
      tasks: { total: 2, completed: 1, incomplete: [{ ids: "2", outcome: "lost" }] },
    });
  });

  test("what the Slurm hook told of such a task counts", () => {
    const seen = look("1-3", [1, arrayTask("1-3", "PENDING")]);
    const told = accountOfHook(seen, 2, "3:0", 0);
    const ended = [arrayTask("1", "COMPLETED"), arrayTask("3", "COMPLETED")];
    expect(arrayVerdict(accountOf(told, ended, after(1000), FORGETS_MS))).toMatchObject({
      outcome: "failed",
      tasks: {
        completed: 2,
        incomplete: [{ ids: "2", outcome: "failed", exitCode: 3, signal: 0 }],
      },
    });
  });

  test("an exit code of 0:0 by the hook alone counts as completed", () => {
    const told = accountOfHook(look("1-2", [1, arrayTask("1-2", "RUNNING")]), 2, "0:0", 0);
    const account = accountOf(told, [arrayTask("1", "COMPLETED")], after(1000), FORGETS_MS);
    expect(arrayVerdict(account)).toMatchObject({
      outcome: "completed",
      tasks: { total: 2, completed: 2 },
    });
  });

  test("tasks that only the hook told of belong to the array, and those that nobody told of are lost", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.nat(50), { minLength: 1 }),
        fc.nat(5),
        fc.boolean(),
        (ids, unseen, isSeen) => {
          const none = newAccount({ tasks: "", waiting: "" }, new Date(0));
          const told = ids.reduce(
            (account, id) => accountOfHook(account, id, "0:0", 0, { total: ids.length + unseen }),
            none,
          );
          // The last one is what Slurm still shows.
          const last = String(ids.at(-1));
          const seen = newAccount({ tasks: last, waiting: "" }, begin, told);
          const shown = accountOf(seen, [arrayTask(last, "COMPLETED")], after(1), FORGETS_MS);
          expect(arrayVerdict(isSeen ? shown : told)).toMatchObject({
            outcome: unseen > 0 ? "lost" : "completed",
            tasks: { total: ids.length + unseen, completed: ids.length },
          });
        },
      ),
    );
  });

  test.each([
    [
      [0, "1:0"],
      [1, "3:0"],
    ],
    [
      [1, "3:0"],
      [0, "1:0"],
    ],
  ] as const)("of the hook's words on two runs the last one's count: %j, %j", (...runs) => {
    const told = runs.reduce(
      (account, [restarts, exit]) => accountOfHook(account, 1, exit, restarts),
      look("1", [1, arrayTask("1", "RUNNING")]),
    );
    const { tasks } = arrayVerdict(accountOf(told, [], after(1000), FORGETS_MS));
    expect(tasks.incomplete).toEqual([{ ids: "1", outcome: "failed", exitCode: 3, signal: 0 }]);
  });

  test("what the hook told of a run counts no more once the task waits or runs again", () => {
    const told = accountOfHook(look("1-2", [1, arrayTask("1-2", "RUNNING")]), 2, "3:0", 0);
    const shown = (state: string) => [arrayTask("1", "COMPLETED"), arrayTask("2", state)];
    const outcomeAfter = (state: string) =>
      arrayVerdict(
        accountOf(
          accountOf(told, shown(state), after(10), FORGETS_MS),
          [],
          after(5000),
          FORGETS_MS,
        ),
      ).outcome;
    expect(["PENDING", "RUNNING", "COMPLETING"].map(outcomeAfter)).toEqual([
      "lost",
      "lost",
      "failed",
    ]);
  });

  test("a task that was requeued has not ended", () => {
    const account = look(
      "1-2",
      [1, arrayTask("1", "NODE_FAIL"), arrayTask("2", "COMPLETED")],
      [2, arrayTask("1", "PENDING"), arrayTask("2", "COMPLETED")],
      [9, arrayTask("1", "COMPLETED")],
    );
    expect(arrayVerdict(account)).toMatchObject({
      outcome: "completed",
      tasks: { total: 2, completed: 2, incomplete: [] },
    });
  });

  test("tasks that were submitted and never seen are lost", () => {
    const account = look("1-4", [500, arrayTask("1", "COMPLETED")]);
    expect(arrayVerdict(account)).toMatchObject({
      outcome: "lost",
      tasks: { total: 4, completed: 1, incomplete: [{ ids: "2-4", outcome: "lost" }] },
    });
  });

  test("no task is completed that nobody saw completed, however the looks fall", () => {
    const state = fc.constantFrom("PENDING", "RUNNING", "COMPLETED", "FAILED", "CANCELLED", "gone");
    const looks = fc.array(
      fc.tuple(fc.integer({ min: 1, max: 400 }), fc.array(state, { minLength: 6, maxLength: 6 })),
      { minLength: 1, maxLength: 8 },
    );
    fc.assert(
      fc.property(looks, (history) => {
        let second = 0;
        const seenCompleted = new Set<number>();
        const account = look(
          "0-5",
          ...history.map(([pause, states]): Look => {
            second += pause;
            const tasks = states.flatMap((one, id) =>
              one === "gone" ? [] : [arrayTask(String(id), one)],
            );
            for (const [id, one] of states.entries()) {
              if (one === "COMPLETED") seenCompleted.add(id);
              else if (one !== "gone") seenCompleted.delete(id);
            }
            return [second, ...tasks];
          }),
        );
        const { tasks, outcome } = arrayVerdict(account);
        expect(tasks.completed).toBe(seenCompleted.size);
        const named = tasks.incomplete?.flatMap(({ ids }) => [...(parseTaskIds(ids) ?? [])]) ?? [];
        expect(new Set([...named, ...seenCompleted])).toEqual(new Set([0, 1, 2, 3, 4, 5]));
        expect(named.length + tasks.completed).toBe(tasks.total);
        expect(outcome === "completed").toBe(tasks.completed === tasks.total);
      }),
    );
  });
});

test("an account of thousands of tasks stays small", () => {
  const account = look("1-9999", [
    5,
    arrayTask("1-5000", "COMPLETED"),
    arrayTask("5001-9999", "RUNNING"),
  ]);
  expect(JSON.stringify(account).length).toBeLessThan(300);
});

test("only what is new of the tasks is news", () => {
  const first = look("1-2", [1, arrayTask("1-2", "PENDING")]);
  const second = accountOf(first, [arrayTask("1-2", "PENDING")], after(2), FORGETS_MS);
  expect(hasNews(first, second)).toBe(false);
  const third = accountOf(second, [arrayTask("1", "COMPLETED")], after(3), FORGETS_MS);
  expect(hasNews(second, third)).toBe(true);
});

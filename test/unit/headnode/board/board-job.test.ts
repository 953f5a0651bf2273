import { describe, expect, test } from "@jest/globals";
import { boardJobOf, type Seen } from "../../../../headnode/board/board-job.ts";
import { boardJobSchema } from "../../../../protocol/board.ts";
import { task } from "../../../support/fake-slurm.ts";
import { jobEntry } from "../../../support/job-entry.ts";

const slurm = { jobId: "7" };
const seen = (state: string, more: object = {}): Seen => ({
  tasks: [{ ...task(state), nodes: "node-1", startedAt: "2026-11-24T12:00:00.000Z", ...more }],
  details: { name: "x", cpus: 4 },
  array: undefined,
});

describe("a job on a board", () => {
  test("that Slurm does not have yet has no id", () => {
    const waiting = boardJobOf(jobEntry({ phase: "waiting" }), undefined, undefined);
    expect(waiting).toEqual({
      submission: "s1",
      state: "PENDING",
      reason: "Dependency",
      restarts: 0,
      final: false,
    });
    expect(boardJobOf(jobEntry(), undefined, undefined).reason).toBeUndefined();
  });

  test("is as Slurm shows it", () => {
    const entry = jobEntry({ phase: "running", slurm });
    const job = boardJobOf(entry, seen("RUNNING", { restarts: 2 }), undefined);
    expect(job).toMatchObject({
      slurmJobId: "7",
      state: "RUNNING",
      nodes: "node-1",
      startedAt: "2026-11-24T12:00:00.000Z",
      name: "x",
      cpus: 4,
      restarts: 2,
    });
    expect(boardJobOf(entry, undefined, job)).toEqual(job);
    const pending = boardJobOf(entry, seen("PENDING", { reason: "Resources" }), job);
    expect(pending).toMatchObject({ state: "PENDING", reason: "Resources" });
    expect([pending.nodes, pending.startedAt]).toEqual([undefined, undefined]);
  });

  test("that has ended in Slurm is final once its final state is in the bucket", () => {
    const end = { ...slurm, state: "FAILED", exitCode: 3, signal: 0 };
    const ended = jobEntry({ phase: "ended", slurm: end, outcome: "failed" });
    const before = boardJobOf(ended, seen("RUNNING"), undefined);
    expect(before).toMatchObject({ state: "FAILED", exitCode: 3, final: false, name: "x" });
    const after = boardJobOf({ ...ended, phase: "done" }, undefined, before);
    expect(after).toEqual({ ...before, final: true });
  });

  test("that is an array tells at its end when and where each task ran, whatever the last look showed", () => {
    const run = { nodes: "node-1", startedAt: "2026-11-24T12:00:00.000Z" };
    const how = { state: "COMPLETED", exitCode: 0, signal: 0, endedAt: "2026-11-24T12:00:30.000Z" };
    const array = {
      submitted: "1-2",
      waiting: "",
      seenAt: "2026-11-24T12:00:31.000Z",
      ends: [{ ids: "1-2", ...how, ...run }],
      restarts: 0,
    };
    const last = { ...array, ends: [], waiting: "1-2" };
    const look = { ...seen("RUNNING", { arrayTask: "1" }), array: last };
    const tasks = { total: 2, completed: 2 };
    const end = { ...slurm, state: "COMPLETED", exitCode: 0, signal: 0, tasks };
    const entry = jobEntry({ phase: "ended", slurm: end, outcome: "completed", array });
    const told = boardJobOf(entry, look, undefined).tasks;
    expect(told).toEqual([{ ids: "1-2", ...how, ...run }]);
  });

  test("that never was in Slurm has failed, for a reason", () => {
    const times = { final: "2026-11-24T12:00:00.000Z" };
    const failed = { phase: "done", outcome: "rejected", times } as const;
    const error = { code: "stage-in-failed", message: "no\nspace" } as const;
    expect(boardJobOf(jobEntry({ ...failed, error }), undefined, undefined)).toMatchObject({
      state: "FAILED",
      reason: "StageInFailed",
      error: "no space",
      endedAt: "2026-11-24T12:00:00.000Z",
      final: true,
      outcome: "rejected",
    });
    const never = { code: "dependency-failed", message: "x" } as const;
    const after = boardJobOf(jobEntry({ ...failed, error: never }), undefined, undefined);
    expect(after.reason).toBe("DependencyNeverSatisfied");
    const cancelled = jobEntry({ phase: "failing", outcome: "cancelled" });
    expect(boardJobOf(cancelled, undefined, undefined).state).toBe("CANCELLED");
  });

  test("tells which results did not come back", () => {
    const reason = "it is\nno file";
    const stageOut = {
      verdict: "partial" as const,
      files: 1,
      bytes: 1,
      skipped: [{ path: "a", reason }],
      skippedCount: 2,
    };
    const entry = jobEntry({ phase: "done", slurm, outcome: "completed", stageOut });
    expect(boardJobOf(entry, undefined, undefined)).toMatchObject({
      state: "COMPLETED",
      error: '2 of its results did not come back, such as "a": it is no file',
    });
  });

  test.each(["output-folder-missing", "output-not-opened"] as const)(
    "tells why Slurm could not start it: %s",
    (code) => {
      const notes = [
        { code: "comment-not-followed" as const, values: {} },
        { code, values: { path: "/x/y" } },
      ];
      const entry = jobEntry({ phase: "done", slurm, outcome: "failed", notes });
      expect(boardJobOf(entry, undefined, undefined).error).toMatch(
        /^Slurm did not start it.*"\/x\/y"/,
      );
    },
  );

  test("that no board can hold is told of by its state", () => {
    const odd = { ...seen("RUNNING"), details: { cpus: -1 } };
    const job = boardJobOf(jobEntry({ phase: "running", slurm }), odd, undefined);
    expect(boardJobSchema.parse(job)).toEqual({ submission: "s1", state: "RUNNING", final: false });
  });
});

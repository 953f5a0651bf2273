import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { type JobRow, taskOfRow } from "../../../../headnode/slurm/job-rows.ts";
import { job } from "../../../support/fake-squeue.ts";

const row = (values: Record<string, string> = {}) => job(values) as JobRow;

describe("taskOfRow", () => {
  test("reads a job", () => {
    const ended = { State: "FAILED", exit_code: "1792", EndTime: "1795884957" };
    expect(taskOfRow(row({ ...ended, RestartCnt: "2", Reason: "NonZeroExitCode" }))).toEqual({
      id: "5",
      state: "FAILED",
      reason: "NonZeroExitCode",
      name: "x",
      exitCode: 7,
      signal: 0,
      restarts: 2,
      count: 1,
      nodes: "node-1",
      partition: "main",
      startedAt: "2026-11-28T16:55:37.000Z",
      endedAt: "2026-11-28T16:55:57.000Z",
      outputPaths: ["/jobs/p/s/slurm-5.out"],
    });
  });

  test("no name, comment, path, reason or folder changes what decides", () => {
    const free = ["Name", "Comment", "StdOut", "StdErr", "WorkDir", "Reason", "UserName"] as const;
    const text = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom(" JobState=COMPLETED ExitCode=0:0 ", "COMPLETED\n6", "%j%a%x"),
    );
    const hostile = fc.record(Object.fromEntries(free.map((name) => [name, text])));
    const facts = { State: "FAILED", exit_code: "7:0" };
    fc.assert(
      fc.property(hostile, (values) => {
        expect(taskOfRow(row({ ...values, ...facts }))).toMatchObject({
          id: "5",
          state: "FAILED",
          exitCode: 7,
          signal: 0,
          restarts: 0,
          count: 1,
        });
      }),
    );
  });

  test.each([
    ["0", 0, 0],
    ["1792", 7, 0],
    ["9", 0, 9],
    ["15", 0, 15],
    // A job that could not be launched: Slurm shows 0:53.
    ["4021", 0, 53],
    ["7:0", 7, 0],
    ["0:9", 0, 9],
  ])("reads the exit code %s", (exit_code, exitCode, signal) => {
    expect(taskOfRow(row({ exit_code }))).toMatchObject({ exitCode, signal });
  });

  test.each(["N/A", "NONE", "Unknown", "(null)", ""])("%j is no time", (StartTime) => {
    expect(taskOfRow(row({ StartTime }))).not.toHaveProperty("startedAt");
  });

  test.each(["", "(null)"])("a job that waits has no nodes (%j)", (NodeList) => {
    expect(taskOfRow(row({ NodeList }))).not.toHaveProperty("nodes");
  });

  test.each([
    [{ State: "COMPLETED x" }, "State"],
    [{ State: "" }, "State"],
    [{ JobID: "5_1" }, "JobID"],
    [{ exit_code: "x" }, "exit_code"],
    [{ RestartCnt: "" }, "RestartCnt"],
    [{ ArrayTaskID: "1-..." }, "ArrayTaskID"],
  ])("what cannot be read is an error, not a guess: %j", (values, field) => {
    expect(() => taskOfRow(row(values))).toThrow(`squeue shows ${field} as`);
  });

  test("a file that is not named is in the job's folder, whatever that is called", () => {
    const folder = fc
      .string({ unit: "grapheme-ascii", minLength: 1 })
      .map((text) => `/jobs/${text.replaceAll("/", "")}x`);
    const shown = fc.constantFrom("slurm-%j.out", "slurm-5.out");
    fc.assert(
      fc.property(folder, shown, fc.boolean(), (WorkDir, name, isShort) => {
        const StdOut = isShort ? name : `${WorkDir}/${name}`;
        expect(taskOfRow(row({ WorkDir, StdOut, StdErr: StdOut })).outputPaths).toEqual([
          `${WorkDir}/slurm-5.out`,
        ]);
      }),
    );
  });

  test("the tasks of an array that wait together are counted, and have no files yet", () => {
    const task = taskOfRow(row({ ArrayTaskID: "3-9%2", State: "PENDING" }));
    expect(task).toMatchObject({ count: 7, arrayTask: "3-9" });
    expect(task).not.toHaveProperty("outputPaths");
  });

  test("the file of an array's task is its own, also where 22.05 names another one", () => {
    const values = { JobID: "7", ArrayJobID: "5", ArrayTaskID: "2" };
    expect(taskOfRow(row(values)).outputPaths).toEqual(["/jobs/p/s/slurm-5_2.out"]);
    const named = { ...values, StdOut: "/jobs/p/s/o-%A_%a", StdErr: "/jobs/p/s/e-%a" };
    expect(taskOfRow(row(named)).outputPaths).toEqual(["/jobs/p/s/o-5_2", "/jobs/p/s/e-2"]);
  });

  test.each([
    ["/w/out", "/w/err", ["/w/out", "/w/err"]],
    ["/w/all.txt", "/w/all.txt", ["/w/all.txt"]],
    ["/w/all.txt", "", ["/w/all.txt"]],
    ["/w/all.txt", "(null)", ["/w/all.txt"]],
    // As 26.05 shows it.
    ["slurm-%j.out", "(null)", ["/jobs/p/s/slurm-5.out"]],
    ["(null)", "(null)", undefined],
  ])("stdout %s and stderr %j are %j", (StdOut, StdErr, paths) => {
    expect(taskOfRow(row({ StdOut, StdErr })).outputPaths).toEqual(paths);
  });
});

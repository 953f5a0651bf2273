import { describe, expect, test } from "@jest/globals";
import { firstErrorLine } from "../../../../cli/errors/command-error.ts";
import { sayEnglish } from "../../../../cli/messages/say.ts";
import { notesOf } from "../../../../cli/output/reason-words.ts";
import { verdict } from "../../../../cli/output/verdict.ts";
import type { JobRecord } from "../../../../protocol/record.ts";

/** A record of a job that has ended. */
const record = (more: Partial<JobRecord>): JobRecord => ({
  version: 1,
  prefix: "job1",
  submission: "s",
  state: "JOB_COMPLETE",
  outcome: "failed",
  times: {},
  ...more,
});

describe("the verdict", () => {
  const failed = (ids: string, exitCode: number) => ({
    ids,
    outcome: "failed" as const,
    state: "FAILED",
    exitCode,
    signal: 0,
  });

  test("names tasks of an array that did not complete, with what they ended with", () => {
    const tasks = {
      total: 50,
      completed: 44,
      incomplete: [
        failed("13,17-19", 7),
        { ...failed("20", 0), signal: 9 },
        { ids: "21", outcome: "cancelled" as const, state: "CANCELLED", exitCode: 0, signal: 0 },
      ],
    };
    expect(verdict(sayEnglish, record({ slurm: { jobId: "5", exitCode: 7, tasks } }))).toBe(
      "job1: failed, Slurm job 5, exit code 7, 44 of 50 tasks completed (13,17-19: failed, exit code 7; 20: failed, signal 9; 21: cancelled)",
    );
  });

  test("says of a job whose files could not be opened what that means, of no other", () => {
    const ended = (signal: number) =>
      verdict(sayEnglish, record({ slurm: { jobId: "5", signal, reason: "JobLaunchFailure" } }));
    expect(ended(53)).toContain("Slurm could not start it: usually the folder");
    // 22.05 gives the same reason for a job that was killed.
    expect(ended(9)).not.toContain("could not start");
  });

  test("names three ways to end at most", () => {
    const incomplete = [1, 2, 3, 4, 5].map((code) => failed(String(code), code));
    const tasks = { total: 5, completed: 0, incomplete };
    expect(verdict(sayEnglish, record({ slurm: { jobId: "5", tasks } }))).toContain(
      "(1: failed, exit code 1; 2: failed, exit code 2; 3: failed, exit code 3; 2 more groups)",
    );
  });

  test("of a refused job is sbatch's first error, not its last hint", () => {
    const message =
      'sbatch: note\nsbatch: error: invalid partition specified: dns\nTry "sbatch --help"';
    const error = { code: "sbatch-refused", message } as const;
    expect(verdict(sayEnglish, record({ outcome: "submit-failed", error }))).toBe(
      "job1: submit-failed, sbatch: error: invalid partition specified: dns",
    );
  });
});

test.each([
  ["sbatch: unrecognized option '--x'\nTry", "sbatch: unrecognized option '--x'"],
  ["\n\nwords", "words"],
  ["", ""],
])("the line of %j that says what is wrong is %j", (text, line) => {
  expect(firstErrorLine(text)).toBe(line);
});

test("notes that this version does not know are left aside", () => {
  const notes = [
    { code: "of-tomorrow", values: {} },
    { code: "toString", values: {} },
    { code: "jobs-of-its-own", values: { ids: "7,9" } },
  ];
  expect(notesOf(sayEnglish, { notes })).toEqual([
    "other jobs were submitted from its folder (7,9): files that they wrote after its end were not returned",
  ]);
});

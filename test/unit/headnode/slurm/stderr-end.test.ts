import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { type StderrState, stateInStderr } from "../../../../headnode/slurm/stderr-end.ts";

const at = "CANCELLED AT 2026-11-30T12:00:00";

test.each<[string, StderrState | undefined]>([
  [`slurmstepd: error: *** JOB 12 ON node-1 ${at} ***`, "CANCELLED"],
  [`slurmstepd: error: *** JOB 12 ON node-1 ${at} DUE TO TIME LIMIT ***`, "TIMEOUT"],
  [`slurmstepd-node-1: error: *** JOB 12 ON node-1 ${at} DUE TO PREEMPTION ***`, "PREEMPTED"],
  [
    `[2026-11-30T12:00:00.123] error: *** JOB 12 ON n ${at} DUE TO NODE FAILURE, SEE SLURMCTLD LOG FOR DETAILS ***`,
    "NODE_FAIL",
  ],
  [
    `[2026-11-30T12:00:00.1] error: *** JOB 12 ON n ${at} DUE to SIGNAL Terminated ***`,
    "CANCELLED",
  ],
  [`slurmstepd: error: *** JOB 12 ON n ${at} DUE to SIGNAL Killed ***`, "CANCELLED"],
  [`slurmstepd: error: *** JOB 12 ON n ${at} DUE to SIGNAL User defined signal 1 ***`, undefined],
  [`slurmstepd: error: *** JOB 12 ON node-1 ${at} DUE TO JOB REQUEUE ***`, undefined],
  // Of a step, of another job, and of what a job prints.
  [`slurmstepd: error: *** STEP 12.0 ON node-1 ${at} DUE TO TIME LIMIT ***`, undefined],
  [`slurmstepd: error: *** JOB 11 ON node-1 ${at} DUE TO TIME LIMIT ***`, undefined],
  [`slurmstepd: error: *** JOB 12 ON node-1 ${at} DUE TO __proto__ ***`, undefined],
  [`> slurmstepd: error: *** JOB 12 ON node-1 ${at} ***`, undefined],
  ["", undefined],
])("%j", (line, state) => {
  expect(stateInStderr(`out\n${line}\nTerminated\n`, "12")).toBe(state);
});

test("the last of several ends counts", () => {
  const lines = [" DUE TO PREEMPTION", " DUE TO TIME LIMIT"].map(
    (cause) => `slurmstepd: error: *** JOB 12 ON node-1 ${at}${cause} ***\n`,
  );
  expect(stateInStderr(lines.join("second run\n"), "12")).toBe("TIMEOUT");
});

test("nothing else tells of an end", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      expect(stateInStderr(text, "12")).toBeUndefined();
    }),
  );
});

import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { cancelArguments, isLeft } from "../../../../headnode/slurm/cancel-part.ts";
import { SlurmCommands } from "../../../../headnode/slurm/slurm.ts";
import { cancelPartOf, SIGNALS } from "../../../../protocol/cancel.ts";
import { arrayTask, task } from "../../../support/fake-slurm.ts";
import { fakeCommands, type Job, job, OWNER } from "../../../support/fake-squeue.ts";

function slurm(jobs: Job[], answers: Parameters<typeof fakeCommands>[1] = {}) {
  const { calls, run } = fakeCommands(jobs, answers);
  return { calls, commands: new SlurmCommands(run, "1000", () => Promise.resolve()) };
}

test("scancel gets each range as an argument, and the signal before them", () => {
  expect(cancelArguments("12", { tasks: "3,5-7" })).toEqual(["12_3", "12_[5-7]"]);
  expect(cancelArguments("12", { signal: "USR1" })).toEqual(["--signal=USR1", "12"]);
  expect(cancelArguments("12", { signal: "9", tasks: "1" })).toEqual(["--signal=9", "12_1"]);
});

test.each(["batch", "full"] as const)("a signal for --%s is one for Slurm, too", (reach) => {
  const asked = ["--signal=USR1", `--${reach}`, "12_1"];
  expect(cancelArguments("12", { signal: "USR1", reach, tasks: "1" })).toEqual(asked);
});

test("whatever was asked for, arguments name this job alone", () => {
  const tasks = fc.oneof(fc.string(), fc.stringMatching(/^[\d,-]{1,12}$/));
  const signal = fc.oneof(fc.string(), fc.constantFrom(...SIGNALS));
  const reach = fc.oneof(fc.string(), fc.constantFrom("batch", "full"));
  const given = fc.record({ tasks, signal, "signal-to": reach }, { requiredKeys: [] });
  fc.assert(
    fc.property(given, (metadata) => {
      const part = cancelPartOf({ cancels: "s", ...metadata });
      if (part === undefined || part === "unreadable") return;
      for (const arg of cancelArguments("12", part))
        expect(arg).toMatch(/^(--signal=\w+|--batch|--full|12|12_\d+|12_\[\d+-\d+\])$/);
    }),
  );
});

test("a part is left as long as one of its tasks has not ended", () => {
  const tasks = [
    arrayTask("1", "COMPLETED"),
    arrayTask("2", "RUNNING"),
    arrayTask("3-9", "PENDING"),
  ];
  const left = ["1", "2", "1,4", "10"].map((ids) => isLeft(tasks, { tasks: ids }));
  expect(left).toEqual([false, true, true, false]);
  expect(isLeft([task("COMPLETED")], { signal: "TERM" })).toBe(false);
  expect(isLeft([task("RUNNING")], { signal: "TERM" })).toBe(true);
});

describe("cancelPart", () => {
  const running = job({ JobID: "13", ArrayJobID: "12", ArrayTaskID: "3" });

  test("of a job that somebody else has by now is not asked for", async () => {
    const other = { Comment: "", WorkDir: "/tmp", Command: "/tmp/x.sh" };
    const { calls, commands } = slurm([job({ JobID: "12", ...other })]);
    expect(await commands.cancelPart("12", OWNER, { signal: "USR1" })).toBeUndefined();
    expect(calls.map(([name]) => name)).toEqual(["squeue"]);
  });

  test("asks for these tasks", async () => {
    const { calls, commands } = slurm([running]);
    expect(await commands.cancelPart("12", OWNER, { tasks: "3" })).toBeUndefined();
    expect(calls.at(-1)).toEqual(["scancel", "12_3"]);
  });

  const failed = { scancel: { code: 1, stderr: "scancel: error: no\n  such thing\n" } };

  test("that Slurm refuses is told in its words", async () => {
    const { commands } = slurm([running], failed);
    expect(await commands.cancelPart("12", OWNER, { tasks: "3" })).toBe(
      "scancel: error: no such thing",
    );
  });

  test("that has ended by then is as good as done", async () => {
    const jobs = [{ ...running }];
    const scancel = () => {
      jobs[0]!["State"] = "COMPLETED";
      return failed.scancel;
    };
    const { commands } = slurm(jobs, { scancel });
    expect(await commands.cancelPart("12", OWNER, { tasks: "3" })).toBeUndefined();
  });

  test("of a Slurm that does not answer is tried again", async () => {
    const { commands } = slurm([running], { squeue: { code: 1, stderr: "squeue: error: x\n" } });
    await expect(commands.cancelPart("12", OWNER, { tasks: "3" })).rejects.toThrow("squeue");
  });
});

import { describe, expect, test } from "@jest/globals";
import {
  countTaskIds,
  isEnded,
  outcomeOf,
  parseScontrolJobs,
  verdictOf,
} from "../../../headnode/slurm/job-state.ts";
import type { CommandResult } from "../../../headnode/slurm/command.ts";
import { taskOutputs } from "../../../headnode/slurm/task-outputs.ts";
import { SlurmCommands } from "../../../headnode/slurm/slurm.ts";
import { task } from "../../support/fake-slurm.ts";

/** A line of scontrol of Slurm 22.05, shortened after the fields in use. */
const line = (id: number, name: string, state: string, exit: string) =>
  `JobId=${id} JobName=${name} UserId=u(1000) GroupId=u(1000) MCS_label=N/A Priority=4294901759 Nice=0 Account=(null) QOS=(null) JobState=${state} Reason=None Dependency=(null) Requeue=1 Restarts=0 BatchFlag=1 Reboot=0 ExitCode=${exit} RunTime=00:00:01 TimeLimit=UNLIMITED TimeMin=N/A SubmitTime=2026-11-23T21:30:16 EligibleTime=2026-11-23T21:30:16 AccrueTime=2026-11-23T21:30:16 StartTime=2026-11-23T21:30:16 EndTime=2026-11-23T21:30:17 Deadline=N/A Partition=local AllocNode:Sid=vm:1 ReqNodeList=(null) ExcNodeList=(null) NodeList=vm BatchHost=vm NumNodes=1 `;

/** Slurm whose commands answer what is given, by name; and the calls that were made. */
function slurm(answers: Record<string, Partial<CommandResult>>) {
  const calls: string[][] = [];
  const commands = new SlurmCommands(async (name, args) => {
    calls.push([name, ...args]);
    const { stdout = "", stderr = "", code = 0 } = answers[name] ?? {};
    return { code, stdout, stderr, output: stdout + stderr };
  }, "1000");
  return { calls, commands };
}

const owner = { comment: "cloud-submit:p:s", workDir: "/jobs/p/s" };

describe("parseScontrolJobs", () => {
  test("reads a job", () => {
    const [job] = parseScontrolJobs(line(5, "x", "FAILED", "3:0"));
    expect(job).toMatchObject({
      state: "FAILED",
      exitCode: 3,
      signal: 0,
      restarts: 0,
      nodes: "vm",
    });
    expect(job?.startedAt).toBe(new Date("2026-11-23T21:30:16").toISOString());
  });

  test("is not misled by a job's name", () => {
    const [job] = parseScontrolJobs(
      line(5, "a JobState=COMPLETED b ExitCode=0:0 c", "FAILED", "1:9"),
    );
    expect(job).toMatchObject({ state: "FAILED", exitCode: 1, signal: 9 });
  });

  test("reads one task for each line of an array, and nothing from other text", () => {
    const text = [
      line(5, "x", "COMPLETED", "0:0"),
      line(6, "x", "RUNNING", "0:0"),
      "slurm says hello",
      "",
    ];
    expect(parseScontrolJobs(text.join("\n")).map((job) => job.state)).toEqual([
      "COMPLETED",
      "RUNNING",
    ]);
  });
});

describe("taskOutputs", () => {
  /** As Slurm 22.05 prints an array: a task that runs, and those that are pending. */
  const shown = (id: number, tasks: string, state: string, files: string) =>
    line(id, "x", state, "0:0").replace("JobName", `ArrayJobId=3 ArrayTaskId=${tasks} JobName`) +
    `WorkDir=/w ${files} Power= `;

  test("reads the files of the tasks that have begun; spaces are part of a name", () => {
    const text = [
      shown(5, "1", "RUNNING", "StdErr=/w/e 1 StdIn=/dev/null StdOut=/w/my out_1"),
      shown(6, "2", "COMPLETED", "StdErr=/w/o_2 StdIn=/dev/null StdOut=/w/o_2"),
      shown(3, "3-9%2", "PENDING", "StdErr=/w/o_4294967294 StdIn=/dev/null StdOut=/w/o_4294967294"),
    ];
    expect(taskOutputs(parseScontrolJobs(text.join("\n")))).toEqual([
      { task: 1, paths: ["/w/my out_1", "/w/e 1"] },
      { task: 2, paths: ["/w/o_2"] },
    ]);
  });

  test("reads those of a job that is no array", () => {
    const text = `${line(5, "x", "PENDING", "0:0")}StdErr=/w/slurm-5.out StdIn=/dev/null StdOut=/w/slurm-5.out Power= `;
    expect(taskOutputs(parseScontrolJobs(text))).toEqual([{ paths: ["/w/slurm-5.out"] }]);
  });
});

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
])("%s is no end", (state) => {
  expect(isEnded(task(state))).toBe(false);
});

test.each([
  [["COMPLETED"], "completed"],
  [["COMPLETED", "FAILED"], "failed"],
  [["CANCELLED", "COMPLETED"], "cancelled"],
  [["TIMEOUT"], "timeout"],
  [["OUT_OF_MEMORY", "FAILED"], "out-of-memory"],
  [["NODE_FAIL", "TIMEOUT"], "node-failure"],
])("tasks that ended %j make the outcome %s", (states, outcome) => {
  expect(outcomeOf(states.map((state) => task(state)))).toBe(outcome);
});

test("the worst task speaks for an array", () => {
  expect(verdictOf("5", [task("COMPLETED"), task("FAILED", 7)])).toMatchObject({
    jobId: "5",
    state: "FAILED",
    exitCode: 7,
    tasks: { total: 2, completed: 1 },
  });
});

test.each([
  ["7", 1],
  ["1-4", 4],
  ["1,3,5-7%2", 5],
  ["0-10:5", 3],
  ["1-3,9,...", 4],
])("the task ids %s are %d tasks", (list, count) => {
  expect(countTaskIds(list)).toBe(count);
});

describe("SlurmCommands", () => {
  test("passes the comment as one argument and the script by its name", async () => {
    const { calls, commands } = slurm({
      sbatch: { stdout: "a message\nSubmitted batch job 12\n" },
    });
    expect(await commands.submit("/w", "cloud-submit:p:s", [])).toEqual({
      accepted: true,
      jobId: "12",
      output: "a message\nSubmitted batch job 12\n",
    });
    expect(calls).toEqual([["sbatch", "--comment=cloud-submit:p:s", "job-aws-run.sh"]]);
  });

  test("passes a submitter's options one by one, and the comment after them", async () => {
    const { calls, commands } = slurm({ sbatch: { stdout: "Submitted batch job 12\n" } });
    await commands.submit("/w", "c", ["--job-name=a $(b)", "--nodes=2"]);
    expect(calls).toEqual([
      ["sbatch", "--job-name=a $(b)", "--nodes=2", "--comment=c", "job-aws-run.sh"],
    ]);
  });

  test("knows which tasks of arrays run", async () => {
    const { calls, commands } = slurm({ squeue: { stdout: "3 1\n3 2\n4 N/A\n7 0\n" } });
    expect(await commands.runningTasks()).toEqual(
      new Map([
        ["3", new Set([1, 2])],
        ["7", new Set([0])],
      ]),
    );
    expect(calls[0]).toContain("--states=running,completing");
  });

  test("an answer is a refusal, with sbatch's words", async () => {
    const stderr = "sbatch: error: invalid partition specified: nosuch\n";
    const { commands } = slurm({ sbatch: { code: 1, stderr } });
    expect(await commands.submit("/w", "c", [])).toEqual({ accepted: false, output: stderr });
  });

  test.each([
    "sbatch: error: Batch job submission failed: Unable to contact slurm controller (connect failure)",
    "sbatch: error: Batch job submission failed: Socket timed out on send/recv operation",
    "sbatch: error: Batch job submission failed: Zero Bytes were transmitted or received",
  ])("no answer is no refusal: %s", async (stderr) => {
    const { commands } = slurm({ sbatch: { code: 1, stderr } });
    await expect(commands.submit("/w", "c", [])).rejects.toMatchObject({ code: "slurm" });
  });

  test("finds a job of its own user, by its whole comment only", async () => {
    const { commands, calls } = slurm({
      squeue: { stdout: "7 cloud-submit:p:s2\n8 cloud-submit:p:s\n9 x\n" },
    });
    expect(await commands.findByComment("cloud-submit:p:s")).toBe("8");
    expect(await commands.findByComment("cloud-submit:p:s3")).toBeUndefined();
    expect(calls[0]).toEqual(expect.arrayContaining(["squeue", "--user=1000"]));
  });

  test("a job that has been given another one's id is not taken for it", async () => {
    const own = line(5, "x", "COMPLETED", "0:0");
    const stdout = (more: string) => ({ scontrol: { stdout: `${own}${more}\n` } });
    const mine = [` Comment=${owner.comment}`, `WorkDir=${owner.workDir} Comment=changed`];
    for (const more of mine)
      expect(await slurm(stdout(more)).commands.tasks("5", owner)).toHaveLength(1);
    for (const more of ["", "Comment=cloud-submit:p:other", `WorkDir=${owner.workDir}2`])
      expect(await slurm(stdout(more)).commands.tasks("5", owner)).toEqual([]);
  });

  test("a job that Slurm has forgotten has no tasks; silence is an error", async () => {
    const forgotten = slurm({
      scontrol: { code: 1, stderr: "slurm_load_jobs error: Invalid job id specified" },
    });
    expect(await forgotten.commands.tasks("5", owner)).toEqual([]);
    const silent = slurm({ scontrol: { code: 1, stderr: "Unable to contact slurm controller" } });
    await expect(silent.commands.tasks("5", owner)).rejects.toMatchObject({ code: "slurm" });
  });
});

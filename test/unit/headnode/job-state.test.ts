import { describe, expect, test } from "@jest/globals";
import { countTaskIds, parseScontrolJobs, verdictOf } from "../../../headnode/slurm/job-state.ts";
import { task } from "../../support/fake-slurm.ts";

/** One line as scontrol of Slurm 22.05 shows a job, of the fields in use. */
function line(fields: Record<string, string> = {}): string {
  const { head = "JobId=5", start = "2026-11-23T21:30:16", end = "Unknown" } = fields;
  const { nodes = "vm", tail = "" } = fields;
  return `${head} JobName=x UserId=u(1000) JobState=RUNNING Reason=None Dependency=(null) Requeue=1 Restarts=2 BatchFlag=1 Reboot=0 ExitCode=0:0 RunTime=00:00:01 StartTime=${start} EndTime=${end} Deadline=N/A Partition=local NodeList=${nodes} BatchHost=vm${tail}`;
}

describe("parseScontrolJobs", () => {
  test("a time that Slurm does not know yet is left out", () => {
    const [job] = parseScontrolJobs(line());
    expect(job).toMatchObject({ startedAt: new Date("2026-11-23T21:30:16").toISOString() });
    expect(job).not.toHaveProperty("endedAt");
  });

  test.each(["(null)", ""])("a job that waits has no nodes (%j)", (nodes) => {
    expect(parseScontrolJobs(line({ nodes }))[0]).not.toHaveProperty("nodes");
  });

  test("a line that was cut before the times is read as far as it goes", () => {
    const text = line();
    const [job] = parseScontrolJobs(text.slice(0, text.indexOf("StartTime=")));
    expect(job).toMatchObject({ id: "5", state: "RUNNING", restarts: 2 });
    expect(job).not.toHaveProperty("startedAt");
  });

  test("a line that does not begin with a job's id has none of its own", () => {
    expect(parseScontrolJobs(line({ head: "Note: JobId=5" }))[0]?.id).toBe("");
  });

  test("the pending tasks of an array share one line and are counted", () => {
    const head = "JobId=6 ArrayJobId=5 ArrayTaskId=3-9%2";
    expect(parseScontrolJobs(line({ head }))[0]).toMatchObject({ id: "6", count: 7 });
  });

  test.each([
    ["both, stdout first", "/w/e rr.txt", "/w/out.txt", ["/w/out.txt", "/w/e rr.txt"]],
    ["one, when both are the same", "/w/all.txt", "/w/all.txt", ["/w/all.txt"]],
  ])("the files of stdout and stderr: %s", (_name, err, out, paths) => {
    const tail = ` StdErr=${err} StdIn=/dev/null StdOut=${out}`;
    for (const more of ["", " Power=", "  "])
      expect(parseScontrolJobs(line({ tail: `${tail}${more}` }))[0]?.outputPaths).toEqual(paths);
  });
});

describe("verdictOf", () => {
  test("tells reason, nodes, the first start and the last end of all tasks", () => {
    const tasks = [
      { ...task("COMPLETED"), startedAt: "2026-11-23T10:00:02Z", endedAt: "2026-11-23T10:00:03Z" },
      { ...task("TIMEOUT"), reason: "TimeLimit", nodes: "n[1-2]", restarts: 3 },
      { ...task("COMPLETED"), startedAt: "2026-11-23T10:00:01Z", endedAt: "2026-11-23T10:00:09Z" },
    ];
    expect(verdictOf("5", tasks)).toEqual({
      jobId: "5",
      state: "TIMEOUT",
      reason: "TimeLimit",
      nodes: "n[1-2]",
      exitCode: 0,
      signal: 0,
      restarts: 3,
      startedAt: "2026-11-23T10:00:01Z",
      endedAt: "2026-11-23T10:00:09Z",
      tasks: { total: 3, completed: 2 },
    });
  });

  test("a state that this version does not know is no success", () => {
    expect(verdictOf("5", [task("COMPLETED"), task("MELTED")])).toMatchObject({ state: "MELTED" });
  });

  test("without any task nothing is said but the id", () => {
    expect(verdictOf("5", [])).toEqual({ jobId: "5" });
  });
});

test.each(["", "x", "1-", "..."])("task ids that are none (%j) are at least one task", (list) => {
  expect(countTaskIds(list)).toBe(1);
});

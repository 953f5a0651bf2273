import { expect, test } from "@jest/globals";
import { squeue } from "../../../../../../cli/slurm/view/squeue.ts";
import { at, ENDED, FETCHED, RUNNING, sent, show } from "../../../../../support/slurm-view.ts";

test("psij reads three words a line, and Slurm's own reasons alone of what failed", async () => {
  const failed = { ...ENDED, state: "FAILED", outcome: "failed" } as const;
  const jobs = [
    sent("1", { reason: "Nodes required for job are DOWN" }),
    sent("2", { reason: "" }),
    sent("3", RUNNING),
    sent("4", ENDED),
    sent("5", { ...failed, exitCode: 127 }, FETCHED),
    sent("6", { state: "FAILED", final: true, reason: "StageInFailed", error: "no" }, FETCHED),
    sent("7", ENDED, { ...FETCHED, results: "failed", resultsError: "the disk is full" }),
    sent("8", { ...failed, state: "TIMEOUT" }, FETCHED),
  ];
  const args = ["-O", "JobArrayID,StateCompact,Reason", "-t", "all", "--me"];
  const { out, err } = await show(squeue, args, jobs);
  const lines = out
    .trimEnd()
    .split("\n")
    .map((line) => line.trim().split(/\s+/));
  expect(lines.filter((words) => words.length !== 3)).toEqual([]);
  expect(Object.fromEntries(lines.map(([id, ...words]) => [id, words.join(" ")]))).toEqual({
    JOBID: "ST REASON",
    1: "PD Nodes_required_for_j",
    2: "PD None",
    3: "R None",
    4: "CG None",
    5: "F NonZeroExitCode",
    6: "F JobLaunchFailure",
    7: "F SystemFailure",
    8: "TO TimeLimit",
  });
  expect(err).toBe("");
});

test.each([
  ["1:00:00", [], "1:00:00"],
  ["UNLIMITED", [], "UNLIMITED"],
  ["400-00:00:00", [], "400-00:00:00"],
  ["NOT_SET", [], "NOT_SET"],
  ["INVALID", [], "NOT_SET"],
  ["Partition_Limit", ["--time=30"], "30:00"],
  ["", ["--time=0"], "UNLIMITED"],
  ["", ["--time=infinite"], "UNLIMITED"],
  ["", ["--time=tomorrow"], "NOT_SET"],
])(
  "a limit that the cluster tells as %j, with %j, is shown as %s",
  async (timeLimit, options, out) => {
    const job = sent("1", { timeLimit }, { asked: { options } });
    expect((await show(squeue, ["-h", "-o", "%l"], [job])).out).toBe(`${out}\n`);
  },
);

test("jobs that have ended go only after their results are here, and unknown ones are no error beside others", async () => {
  const jobs = [
    sent("77", { ...ENDED, endedAt: at(9), startedAt: at(8) }),
    sent("78", ENDED, { results: "fetched", resultsAt: at(12, 59) }),
  ];
  const of = async (ids: string) => show(squeue, ["-h", "-o", "%i %t", `--jobs=${ids}`], jobs);
  expect(await of("77,77")).toMatchObject({ exitCode: 0, out: "77 CG\n" });
  expect(await of("78,78")).toMatchObject({ exitCode: 0, out: "" });
  expect(await of("99,99")).toMatchObject({ exitCode: 0, out: "", err: "" });
  for (const id of ["78", "99"])
    expect(await of(id)).toMatchObject({
      exitCode: 1,
      out: "",
      err: "slurm_load_jobs error: Invalid job id specified\n",
    });
});

test("before the board tells of a job it has the partition that it asked for, or the usual one", async () => {
  const jobs = [
    sent("1", undefined, { submittedAt: at(13, 5, 8) }),
    sent("2", undefined, { submittedAt: at(13, 5, 8), asked: { partition: "gpu" } }),
    sent("3", RUNNING),
  ];
  const partitions = async (usualPartition?: string) =>
    (
      await show(squeue, ["-h", "-S", "i", "-o", "%i %P %t"], jobs, {
        ...(usualPartition !== undefined && { usualPartition }),
      })
    ).out;
  expect(await partitions("queue1")).toBe("1 queue1 PD\n2 gpu PD\n3 queue1 R\n");
  expect(await partitions()).toBe("1 (null) PD\n2 gpu PD\n3 queue1 R\n");
});

import { expect, test } from "@jest/globals";
import { sacct } from "../../../../../../cli/slurm/view/sacct.ts";
import { at, ENDED, FETCHED, sent, show } from "../../../../../support/slurm-view.ts";

const JOB = sent("77", ENDED, FETCHED);

test("AiiDA makes a list for --format of --helpformat, and reads as many cells in each line", async () => {
  const { out: help } = await show(sacct, ["--helpformat"]);
  expect(help).toMatch(/^Account {13}AdminComment {8}AllocCPUS {11}AllocNodes {9}\n/);
  // As `tr -s '\n' ' ' | tr ' ' ','` does.
  const list = help.replace(/\n/g, " ").replace(/ +/g, ",");
  expect(list).toMatch(/,TRESUsageOutMaxNode,TRESUsageOutMaxTask,.*,$/);
  const shown = await show(sacct, [`--format=${list}`, "--parsable", "--jobs=77"], [JOB]);
  expect(shown).toMatchObject({ exitCode: 0, err: "" });
  const cells = shown.out
    .trimEnd()
    .split("\n")
    .map((line) => line.split("|"));
  expect(cells.map((line) => line.length)).toEqual([116, 116, 116]);
  expect(cells[0]?.slice(0, -1)).toEqual(list.split(",").slice(0, -1));
});

test("a long list of fields comes in its order, with their own names", async () => {
  const list =
    "AllocCPUS,Account,AssocID,AveCPU,AvePages,AveRSS,AveVMSize,Cluster,Comment,CPUTime,CPUTimeRAW,DerivedExitCode,Elapsed,Eligible,End,ExitCode,GID,Group,JobID,JobName,MaxRSS,MaxRSSNode,MaxRSSTask,MaxVMSize,MaxVMSizeNode,MaxVMSizeTask,MinCPU,MinCPUNode,MinCPUTask,NCPUS,NNodes,NTasks,Priority,Partition,QOSRAW,ReqCPUS,Start,State,Submit,Suspended,SystemCPU,Timelimit,TotalCPU,UID,User,UserCPU";
  const { out } = await show(sacct, [`--format=${list}`, "--parsable", "--jobs=77"], [JOB]);
  expect(out.split("\n")[0]).toBe(`${list.replaceAll(",", "|")}|`);
});

test("snakemake's call with a pipe among its arguments fails as with Slurm", async () => {
  const args = ["-nu", "root", "-o", "Account%256", "|", "tail", "-1"];
  expect(await show(sacct, args, [JOB])).toMatchObject({
    exitCode: 1,
    out: "",
    err: "sacct: invalid option -- '1'\n",
    requests: [],
  });
});

test("steps that there are not: nothing, and no error", async () => {
  expect(await show(sacct, ["-j", "77.0", "--format=Reason", "--noheader"], [JOB])).toMatchObject({
    exitCode: 0,
    out: "",
    err: "",
  });
});

test("of 500 tasks the one that failed is one line", async () => {
  const task = { startedAt: at(12, 30), endedAt: at(12, 40), exitCode: 0, signal: 0 };
  const array = sent(
    "30",
    {
      ...ENDED,
      state: "FAILED",
      outcome: "failed",
      tasks: [
        { ids: "0-336,338-499", state: "COMPLETED", ...task },
        { ids: "337", state: "FAILED", ...task, exitCode: 3, nodes: "queue1-dy-a-1" },
      ],
    },
    { ...FETCHED, asked: { array: "0-499" } },
  );
  const failed = ["-X", "-s", "F,TO,OOM", "-j", "30"];
  expect((await show(sacct, [...failed, "-n"], [array])).out).toBe(
    "30_337            train     queue1        lab          4     FAILED      3:0 \n",
  );
  expect((await show(sacct, [...failed, "-nP", "-o", "jobid,reason"], [array])).out).toBe(
    "30_337|NonZeroExitCode\n",
  );
  const all = await show(sacct, ["-XnP", "-o", "jobid", "-j", "30"], [array]);
  expect(all.out.trimEnd().split("\n")).toHaveLength(500);
  expect(all.requests).toEqual(["board"]);
});

test("results of an array that could not come: each task has failed, and why is told once", async () => {
  const tasks = [{ ids: "0-9", state: "COMPLETED", startedAt: at(12, 30), endedAt: at(12, 40) }];
  const array = sent(
    "31",
    { ...ENDED, tasks },
    {
      ...FETCHED,
      results: "failed",
      resultsError: "the disk is full",
      asked: { array: "0-9", comment: "mine" },
    },
  );
  const shown = await show(
    sacct,
    ["-XnP", "-o", "state,reason,comment,admincomment", "-j", "31"],
    [array],
  );
  expect(shown.out).toBe("FAILED|SystemFailure|the disk is full|the disk is full\n".repeat(10));
  expect(shown.err).toBe(
    "sacct: error: job 31: its results could not come here: the disk is full\n",
  );
});

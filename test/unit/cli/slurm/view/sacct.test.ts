import { expect, test } from "@jest/globals";
import { sacct } from "../../../../../cli/slurm/view/sacct.ts";
import {
  at,
  ENDED,
  FETCHED,
  RUNNING,
  type Sent,
  sent,
  show,
} from "../../../../support/slurm-view.ts";

const JOBS: Sent[] = [
  sent("12", RUNNING),
  sent("13", { reason: "Resources" }),
  sent("14", ENDED),
  sent("15", { ...ENDED, state: "FAILED", exitCode: 3, outcome: "failed" }, FETCHED),
  sent("16", { ...ENDED, state: "CANCELLED", outcome: "cancelled" }, FETCHED),
  sent("17", { ...ENDED, state: "TIMEOUT", outcome: "timeout" }, FETCHED),
];

test("shows the jobs of today and their steps as Slurm does", async () => {
  const shown = await show(sacct, [], JOBS);
  expect(shown).toMatchObject({ exitCode: 0, err: "", requests: ["board"] });
  expect(
    shown.out,
  ).toBe(`JobID           JobName  Partition    Account  AllocCPUS      State ExitCode 
------------ ---------- ---------- ---------- ---------- ---------- -------- 
12                train     queue1        lab          4    RUNNING      0:0 
12.batch          batch                   lab          4    RUNNING      0:0 
13                train     queue1        lab          0    PENDING      0:0 
14                train     queue1        lab          4 COMPLETING      0:0 
14.batch          batch                   lab          4 COMPLETING      0:0 
15                train     queue1        lab          4     FAILED      3:0 
15.batch          batch                   lab          4     FAILED      3:0 
16                train     queue1        lab          4 CANCELLED+      0:0 
16.batch          batch                   lab          4  CANCELLED     0:15 
17                train     queue1        lab          4    TIMEOUT      0:0 
17.batch          batch                   lab          4  CANCELLED     0:15 
`);
});

test.each([
  ["-P", "JobID|State\n14|COMPLETING\n14.batch|COMPLETING\n"],
  ["-p", "JobID|State|\n14|COMPLETING|\n14.batch|COMPLETING|\n"],
  ["-nP", "14|COMPLETING\n14.batch|COMPLETING\n"],
  ["-XP", "JobID|State\n14|COMPLETING\n"],
])("%s: for programs", async (style, out) => {
  expect((await show(sacct, [style, "-j", "14", "-o", "jobid,state"], JOBS)).out).toBe(out);
});

test("a delimiter of several characters", async () => {
  const { out } = await show(sacct, ["-XnP", "--delimiter=<>", "-j14", "-ojobid,nodel"], JOBS);
  expect(out).toBe("14<>queue1-dy-a-1\n");
});

test.each([
  ["jobid%-6,state%4", "12     RUN+ \n"],
  ["State%20,JobID%4", "             RUNNING   12 \n"],
  ["start,end", "2026-01-31T13:00:00             Unknown \n"],
  [
    "elapsed,elapsedraw,cputime,timelimit,timelimitr",
    "  00:05:09        309   00:20:36   01:00:00         60 \n",
  ],
  ["reqmem,reqtres%40", "        2G            cpu=4,mem=2G,node=1,billing=4 \n"],
  ["maxrss,maxrsst,nnodes", "                             1 \n"],
  ["user,uid,group,gid", "      ann   1000     staff     50 \n"],
  ["submit,eligible", "2026-01-31T12:00:02 2026-01-31T12:00:02 \n"],
])("--format=%s", async (format, out) => {
  expect((await show(sacct, ["-Xnj12", `--format=${format}`], JOBS)).out).toBe(out);
});

test("all fields, and those of -l and -b", async () => {
  const names = async (...args: string[]) => {
    const [header = ""] = (await show(sacct, ["-P", ...args], JOBS)).out.split("\n");
    return header.split("|");
  };
  expect(await names("-o", "ALL")).toHaveLength(115);
  expect(await names("-l")).toHaveLength(54);
  expect(await names("-b")).toEqual(["JobID", "State", "ExitCode"]);
});

test.each([
  [["-o", "jobid,foo"], 'sacct: error: Invalid field requested: "foo"\n'],
  [["-s", "foo"], "sacct: fatal: unrecognized job state value 'foo'\n"],
  [["-s", "CG"], "sacct: fatal: job state COMPLETING is not supported / accounted\n"],
  [["-j", "x"], "sacct: fatal: Bad job/step specified: x\n"],
  [["-S", "yesterday"], "Invalid time specification (pos=0): yesterday\n"],
  [
    ["-S", "13:00", "-E", "12:00"],
    "sacct: error: Start time (2026-01-31T13:00:00) requested is after end time (2026-01-31T12:00:00).\n",
  ],
  [["12"], "sacct: error: Unknown arguments:\nsacct: error:  12\n"],
  [["--units=X"], "sacct: fatal: Invalid unit type\n"],
  [
    ["-l", "-o", "jobid"],
    "sacct: fatal: Options -o(--format) and -l(--long) are mutually exclusive. Please remove one and retry.\n",
  ],
  [["-B", "-j", "12"], expect.stringMatching(/^sacct: error: -B cannot work here: .+\n$/)],
  [["-T"], expect.stringMatching(/^sacct: error: -T cannot work here: .+\n$/)],
  [["-k", "x"], "sacct: fatal: Invalid time limit specification\n"],
  [["-i", "x"], "sacct: error: invalid node range -i 'x'\n"],
])("%j ends with exit code 1", async (args, err) => {
  expect(await show(sacct, args, JOBS)).toMatchObject({ exitCode: 1, out: "", err });
});

test("an id that is not known has no rows", async () => {
  expect(await show(sacct, ["-n", "-j", "99"], JOBS)).toMatchObject({
    exitCode: 0,
    out: "",
    err: "",
  });
});

test.each([
  [["-j", "12.batch"], "12.batch"],
  [["-j", "12,15"], "12 12.batch 15 15.batch"],
  [["-j", "12", "-j", "13"], "12 12.batch 13"],
  [["-X", "-j", "16,17"], "16 17"],
  [["-X", "-s", "R"], "12 14"],
  [["-X", "-s", "F,TO", "-S", "12:00", "-E", "now"], "15 17"],
  [["-X", "-s", "F", "-S", "12:50", "-E", "now"], ""],
  [["-X", "-s", "PD", "-S", "12:10", "-E", "12:20"], "12 13 14 15 16 17"],
  [["-X", "-S", "12:45"], "12 13"],
  [["-X", "-E", "11:00"], ""],
  [["-X", "-S", "now-1days", "-E", "now"], "12 13 14 15 16 17"],
  [["-X", "--name", "train,other"], "12 13 14 15 16 17"],
  [["-X", "--name", "other"], ""],
  [["-X", "-u", "ann"], "12 13 14 15 16 17"],
  [["-X", "-u", "bob"], ""],
  [["-X", "-a", "-A", "lab", "-r", "queue1", "-q", "normal"], "12 13 14 15 16 17"],
  [["-X", "-A", "other"], ""],
  [["-X", "-N", "queue1-dy-a-[1-2]", "-s", "R"], "12 14"],
  [["-X", "-i", "2-3"], ""],
  [["-X", "-I", "4"], "12 13 14 15 16 17"],
  [["-X", "-k", "60"], "12 13 14 15 16 17"],
  [["-X", "-k", "61", "-K", "90"], ""],
])("%j chooses", async (args, ids) => {
  const { out } = await show(sacct, ["-nP", "-o", "jobid", ...args], JOBS);
  expect(out.split("\n").join(" ").trim()).toBe(ids);
});

test("without ids, what ended before midnight is not shown", async () => {
  const before = { submittedAt: at(9, 0, 0, 30) };
  const job = sent(
    "9",
    {
      ...ENDED,
      submittedAt: at(9, 0, 0, 30),
      startedAt: at(9, 0, 0, 30),
      endedAt: at(10, 0, 0, 30),
    },
    { ...FETCHED, ...before },
  );
  expect((await show(sacct, ["-Xn", "-o", "jobid"], [job])).out).toBe("");
  expect((await show(sacct, ["-XnP", "-o", "jobid", "-j", "9"], [job])).out).toBe("9\n");
  expect((await show(sacct, ["-XnP", "-o", "jobid", "-S", "0130"], [job])).out).toBe("9\n");
});

test("job arrays", async () => {
  const array = sent(
    "30",
    {
      state: "RUNNING",
      tasks: [
        { ids: "3-4", state: "PENDING" },
        { ids: "1-2", state: "RUNNING", startedAt: at(13) },
      ],
    },
    { asked: { array: "1-4%2" } },
  );
  const rows = async (...args: string[]) =>
    (await show(sacct, ["-XnP", "-o", "jobid,jobidraw,state", ...args], [array])).out;
  expect(await rows()).toBe("30_1|30_1|RUNNING\n30_2|30_2|RUNNING\n30_[3-4%2]|30|PENDING\n");
  expect(await rows("-j", "30_2")).toBe("30_2|30_2|RUNNING\n");
  expect(await rows("-j", "30_[2-3]")).toBe("30_2|30_2|RUNNING\n30_3|30_3|PENDING\n");
  expect(await rows("--array", "-j", "30", "-s", "PD", "-S", "now")).toBe(
    "30_3|30_3|PENDING\n30_4|30_4|PENDING\n",
  );
});

test("results that could not come: the job has failed, and why is told", async () => {
  const job = sent("18", ENDED, {
    ...FETCHED,
    results: "failed",
    resultsError: "the disk is full",
  });
  expect(await show(sacct, ["-XnP", "-o", "jobid,state,comment"], [job])).toMatchObject({
    out: "18|FAILED|the disk is full\n",
    err: "sacct: error: job 18: its results could not come here: the disk is full\n",
  });
});

test("a job that did not run has failed, and says why", async () => {
  const job = sent(
    "19",
    { state: "PENDING", final: true, outcome: "submit-failed", error: "Invalid partition" },
    FETCHED,
  );
  expect((await show(sacct, ["-nP", "-o", "jobid,state,comment,start,nodelist"], [job])).out).toBe(
    "19|FAILED|Invalid partition|Unknown|None assigned\n",
  );
});

test("tasks that ran have their CPUs and their batch step, also where nobody told when", async () => {
  const tasks = [
    { ids: "1", state: "COMPLETED", exitCode: 0 },
    { ids: "2", state: "FAILED", exitCode: 3 },
    { ids: "3", state: "CANCELLED", exitCode: 0 },
  ];
  const job = sent("30", { ...ENDED, tasks }, { ...FETCHED, asked: { array: "1-3" } });
  expect((await show(sacct, ["-nP", "-o", "jobid,ncpus,start"], [job])).out).toBe(`30_1|4|Unknown
30_1.batch|4|Unknown
30_2|4|Unknown
30_2.batch|4|Unknown
30_3|0|Unknown
`);
});

test.each([
  [["-u", "nosuch"], "sacct: error: Invalid user id: nosuch\n"],
  [["-u", "ann,nosuch"], "sacct: error: Invalid user id: nosuch\n"],
  [["-g", "nosuch"], "sacct: error: Invalid group id: nosuch\n"],
])("%j of a name that there is not is an error", async (args, err) => {
  expect(await show(sacct, args, JOBS)).toMatchObject({ exitCode: 1, out: "", err });
});

test("JSON has the main fields", async () => {
  const { out } = await show(sacct, ["--json", "-j", "15"], JOBS);
  expect(JSON.parse(out).jobs).toEqual([
    expect.objectContaining({
      job_id: 15,
      state: { current: ["FAILED"], reason: "NonZeroExitCode" },
      exit_code: expect.objectContaining({
        return_code: { set: true, infinite: false, number: 3 },
      }),
    }),
  ]);
});

test("SACCT_FORMAT stands in for --format", async () => {
  const { out } = await show(sacct, ["-XnP", "-j", "12"], JOBS, {
    env: { SACCT_FORMAT: "jobid,state" },
  });
  expect(out).toBe("12|RUNNING\n");
});

test.each(["--version", "--help", "--usage", "--helpstate", "--helpformat"])(
  "%s asks nothing",
  async (option) => {
    expect(await show(sacct, [option])).toMatchObject({ exitCode: 0, err: "", requests: [] });
  },
);

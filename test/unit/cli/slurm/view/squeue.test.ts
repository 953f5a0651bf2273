import { expect, test } from "@jest/globals";
import { squeue } from "../../../../../cli/slurm/view/squeue.ts";
import {
  at,
  ENDED,
  FETCHED,
  PARTITIONS,
  RUNNING,
  type Sent,
  sent,
  show,
} from "../../../../support/slurm-view.ts";

const JOBS: Sent[] = [
  sent("12", RUNNING),
  sent("13", { reason: "Resources" }),
  sent("14", ENDED),
  sent("15", ENDED, FETCHED),
  sent("16", ENDED, { results: "fetched", resultsAt: at(12, 50) }),
  sent(
    "17",
    { ...ENDED, state: "FAILED", exitCode: 3, outcome: "failed", reason: "NonZeroExitCode" },
    FETCHED,
  ),
  sent("18", ENDED, { ...FETCHED, results: "failed", resultsError: "the disk is full" }),
];

const HEADER =
  "             JOBID PARTITION     NAME     USER ST       TIME  NODES NODELIST(REASON)\n";

test("shows what has not ended as Slurm does; what has ended in the cloud and is not here yet is completing", async () => {
  const shown = await show(squeue, [], JOBS);
  expect(shown).toMatchObject({ exitCode: 0, err: "", requests: ["board"] });
  expect(shown.out).toBe(
    `${HEADER}                14    queue1    train      ann CG      10:00      1 queue1-dy-a-1
                13    queue1    train      ann PD       0:00      1 (Resources)
                12    queue1    train      ann  R       5:09      1 queue1-dy-a-1
`,
  );
});

test("all states: what is over stands there for five minutes", async () => {
  const { out } = await show(squeue, ["-h", "-t", "all", "-S", "i", "-o", "%i %t %T|%r"], JOBS);
  expect(out).toBe(`12 R RUNNING|None
13 PD PENDING|Resources
14 CG COMPLETING|None
15 CD COMPLETED|None
17 F FAILED|NonZeroExitCode
18 F FAILED|SystemFailure
`);
});

test("the long list has a date, states in full and the limit", async () => {
  const { out } = await show(squeue, ["-l"], JOBS);
  expect(out).toBe(
    `Sat Jan 31 13:05:09 2026
             JOBID PARTITION     NAME     USER    STATE       TIME TIME_LIMI  NODES NODELIST(REASON)
                14    queue1    train      ann COMPLETI      10:00   1:00:00      1 queue1-dy-a-1
                13    queue1    train      ann  PENDING       0:00   1:00:00      1 (Resources)
                12    queue1    train      ann  RUNNING       5:09   1:00:00      1 queue1-dy-a-1
`,
  );
});

const ARRAY = sent(
  "30",
  {
    state: "RUNNING",
    tasks: [
      { ids: "4-9", state: "PENDING", reason: "JobArrayTaskLimit" },
      { ids: "2-3", state: "RUNNING", nodes: "queue1-dy-a-1", startedAt: at(13, 5) },
      { ids: "0-1", state: "COMPLETED", startedAt: at(13), endedAt: at(13, 1), exitCode: 0 },
      { ids: "11", state: "PENDING", reason: "Resources" },
    ],
  },
  { asked: { array: "0-9,11%2" } },
);

test.each([
  [
    "one row for the tasks that wait, one each for the others",
    ["-h", "-t", "PD,R,CG", "-o", "%i %A %F %K %t %r", "-S", "-i"],
    "30_[4-9,11%2] 30 30 4-9,11%2 PD JobArrayTaskLimit,Resources\n30_3 30 30 3 R None\n30_2 30 30 2 R None\n30_1 30 30 1 CG None\n30_0 30 30 0 CG None\n",
  ],
  [
    "one row for each task with -r",
    ["-rh", "-t", "PD", "-o", "%i", "-S", "i"],
    "30_4\n30_5\n30_6\n30_7\n30_8\n30_9\n30_11\n",
  ],
  [
    "tasks that are asked for",
    ["-h", "-j", "30_2,30_5", "-o", "%i %t", "-S", "-i"],
    "30_5 PD\n30_2 R\n",
  ],
  ["one id, although its task is none", ["-h", "-j", "30_99"], ""],
])("job arrays: %s", async (_, args, out) => {
  expect(await show(squeue, args, [ARRAY])).toMatchObject({ exitCode: 0, out });
});

test.each([
  [["-j", "99"], "slurm_load_jobs error: Invalid job id specified\n"],
  [["-j", "16"], "slurm_load_jobs error: Invalid job id specified\n"],
  [["--job", "99", "-o", "%i"], "slurm_load_jobs error: Invalid job id specified\n"],
  [["-j", "x"], "squeue: error: Invalid job id: x\n"],
  [
    ["-t", "foo"],
    expect.stringMatching(
      /^squeue: error: Invalid job state specified: foo\nsqueue: error: Valid job states include: pending,running,/,
    ),
  ],
  [["-S", "?"], "squeue: error: Invalid sort specification: ?\n"],
  [["-s"], expect.stringMatching(/^squeue: error: -s cannot work here: .+\n$/)],
  [["-i", "5"], expect.stringMatching(/^squeue: error: -i cannot work here: .+\n$/)],
  [["-x"], "squeue: invalid option -- 'x'\nTry \"squeue --help\" for more information\n"],
  [["--foo"], "squeue: unrecognized option '--foo'\nTry \"squeue --help\" for more information\n"],
  [
    ["-o", "%i", "-O", "jobid"],
    "squeue: error: -O (--Format) is incompatible with -o (--format)\n",
  ],
  [
    ["-l", "-o", "%i"],
    "squeue: fatal: Options -o(--format) and -l(--long) are mutually exclusive. Please remove one and retry.\n",
  ],
  [["12"], expect.stringMatching(/^squeue: error: Unrecognized option: 12\nUsage: squeue /)],
])("%j ends with exit code 1", async (args, err) => {
  expect(await show(squeue, args, JOBS)).toMatchObject({ exitCode: 1, out: "", err });
});

test("several ids: those that are not known are passed over", async () => {
  expect(await show(squeue, ["-h", "-o", "%i", "-j", "99,12"], JOBS)).toMatchObject({
    exitCode: 0,
    out: "12\n",
  });
});

test.each([
  [["-u", "ann"], "12\n"],
  [["-u", "1000"], "12\n"],
  [["--me"], "12\n"],
  [["--notme"], ""],
  [["-u", "bob"], ""],
  [["-p", "queue1,gpu"], "12\n"],
  [["-p", "gpu"], ""],
  [["-A", "LAB"], "12\n"],
  [["-n", "Train"], "12\n"],
  [["-n", "other"], ""],
  [["-w", "queue1-dy-a-[1-3]"], "12\n"],
  [["-w", "queue1-dy-a-2"], ""],
  [["-q", "normal"], "12\n"],
  [["-t", "R"], "12\n"],
  [["-t", "pending"], ""],
  [["-L", "matlab"], "12\n"],
  [["-R", "morning"], ""],
])("%j chooses", async (args, out) => {
  const job = sent("12", RUNNING, { asked: { options: ["--licenses=matlab:2"] } });
  expect((await show(squeue, ["-h", "-o", "%i", ...args], [job])).out).toBe(out);
});

test("the environment stands in for options", async () => {
  const env = { SQUEUE_FORMAT: "%i", SQUEUE_STATES: "PD", SQUEUE_SORT: "i" };
  expect((await show(squeue, ["-h"], JOBS, { env })).out).toBe("13\n");
  expect(
    (await show(squeue, ["-h"], JOBS, { env: { SQUEUE_FORMAT2: "jobid:4,state:3" } })).out,
  ).toBe("14  COM\n13  PEN\n12  RUN\n");
});

test("a field that there is not is told, and stands there as it was written", async () => {
  expect(await show(squeue, ["-h", "-j", "12", "-o", "%i %Ä|"], JOBS)).toMatchObject({
    exitCode: 0,
    out: "12 %Ä|\n",
    err: "squeue: error: Invalid job format specification: Ä\n",
  });
});

test("a name cannot break a line", async () => {
  const job = sent("12", { ...RUNNING, name: "a\nb\u001b[2J|c" });
  expect((await show(squeue, ["-h", "-o", "%i|%j"], [job])).out).toBe("12|a\\u000ab\\u001b[2J|c\n");
});

test("a job is held while its files are on their way: that is not what the user asked for", async () => {
  const held = { reason: "JobHeldUser" };
  const jobs = [
    sent("1", held),
    sent("2", held, { asked: { dependency: "afterok:1" } }),
    sent("3", held, { asked: { options: ["--hold"] } }),
  ];
  expect((await show(squeue, ["-h", "-o", "%i %r", "-S", "i"], jobs)).out).toBe(
    "1 None\n2 Dependency\n3 JobHeldUser\n",
  );
});

const partitions = async (jobs: Sent[]) =>
  (await show(squeue, ["-h", "-t", "all", "-o", "%P"], jobs, { usualPartition: "queue7" })).out;

test("a job that Slurm has put into no partition yet is in the default one, whoever tells of it", async () => {
  const young = { submittedAt: at(13, 5, 8) };
  const none = { partition: undefined };
  const { board: last } = sent("5", { ...ENDED, ...none, state: "FAILED" });
  const all: Sent[] = [
    sent("5", undefined, young),
    sent("5", { state: "PENDING", ...none }, young),
    sent("5", undefined, { ...FETCHED, last }),
  ];
  for (const job of all) expect(await partitions([job])).toBe("queue7\n");
  expect(await partitions([sent("5", { ...none }, { asked: { partition: "gpu" } })])).toBe("gpu\n");
});

test.each([
  [["-u", "nosuch"], 0, "squeue: error: Invalid user: nosuch\n\n", ""],
  [["-u", "nosuch,ann,1000"], 0, "squeue: error: Invalid user: nosuch\n\n", "12\n"],
  [["-u", "bob"], 0, "", ""],
  [["-w", "nope"], 1, "squeue: error: Invalid node name nope\n", ""],
  [["-w", "queue1-dy-a-[1-2],nope"], 1, "squeue: error: Invalid node name nope\n", ""],
  [["-w", "queue1-dy-a-[1-2]"], 0, "", "12\n"],
  [["-p", "nope"], 0, "", ""],
  [["-A", "nope"], 0, "", ""],
  [["-q", "nope"], 0, "", ""],
])("%j of a name that there is not is what Slurm makes of it", async (args, exitCode, err, out) => {
  const heartbeat = { partitions: PARTITIONS };
  const shown = await show(squeue, ["-h", "-o", "%i", ...args], [sent("12", RUNNING)], {
    heartbeat,
  });
  expect(shown).toMatchObject({ exitCode, err, out });
});

test("a cluster that does not tell of its nodes may have any", async () => {
  for (const heartbeat of [undefined, { partitions: undefined }])
    expect(await show(squeue, ["-h", "-w", "nope"], JOBS, { heartbeat })).toMatchObject({
      exitCode: 0,
      out: "",
    });
});

test("before the board tells of it, a job waits", async () => {
  const job = sent("5", undefined, {
    submittedAt: at(13, 5, 8),
    asked: { array: "1-3", options: ["--cpus-per-task=2", "--time=90"] },
  });
  const shown = await show(squeue, ["-h", "-o", "%i %t %C %l %V"], [job]);
  expect(shown).toMatchObject({
    out: `5_[1-3] PD 2 1:30:00 2026-01-31T13:05:08\n`,
    requests: ["board"],
  });
});

test("a job that the board does not tell of any more is read by itself", async () => {
  const job = sent("5");
  const { board: last } = sent("5", { ...ENDED, state: "TIMEOUT" });
  const shown = await show(squeue, ["-h", "-t", "all", "-o", "%i %t"], [job], {
    reread: async (file) => ({ ...file, last }),
  });
  expect(shown.out).toBe("5 CG\n");
});

test("nothing is asked where all jobs are over", async () => {
  const { board: last } = sent("15", ENDED);
  expect(
    await show(
      squeue,
      ["-h", "-t", "all", "-o", "%t"],
      [sent("15", undefined, { ...FETCHED, last })],
    ),
  ).toMatchObject({
    out: "CD\n",
    requests: [],
  });
});

test("JSON has the main fields", async () => {
  const { out } = await show(squeue, ["--json", "-j", "30_2"], [ARRAY]);
  expect(JSON.parse(out).jobs).toEqual([
    expect.objectContaining({
      job_id: 30,
      array_job_id: { set: true, infinite: false, number: 30 },
      array_task_id: { set: true, infinite: false, number: 2 },
      job_state: ["RUNNING"],
      name: "train",
      partition: "queue1",
      user_name: "ann",
      nodes: "queue1-dy-a-1",
    }),
  ]);
});

test.each(["--version", "--help", "--usage", "--helpstate", "--helpformat", "--helpFormat"])(
  "%s asks nothing",
  async (option) => {
    const shown = await show(squeue, [option]);
    expect(shown).toMatchObject({ exitCode: 0, err: "", requests: [] });
    expect(shown.out).not.toBe("");
  },
);

import { expect, test } from "@jest/globals";
import { scontrol } from "../../../../../cli/slurm/view/scontrol.ts";
import { ENDED, FETCHED, NOW, RUNNING, sent, show } from "../../../../support/slurm-view.ts";

const JOB = sent("12", RUNNING, { asked: { options: ["--gres=gpu:1"], comment: "first" } });

const TEXT = `JobId=12 JobName=train
   UserId=ann(1000) GroupId=staff(50) MCS_label=N/A
   Priority=4294901700 Nice=0 Account=lab QOS=normal
   JobState=RUNNING Reason=None Dependency=(null)
   Requeue=1 Restarts=0 BatchFlag=1 Reboot=0 ExitCode=0:0
   RunTime=00:05:09 TimeLimit=01:00:00 TimeMin=N/A
   SubmitTime=2026-01-31T12:00:02 EligibleTime=2026-01-31T12:00:02
   AccrueTime=2026-01-31T12:00:02
   StartTime=2026-01-31T13:00:00 EndTime=2026-01-31T14:00:00 Deadline=N/A
   SuspendTime=None SecsPreSuspend=0 LastSchedEval=Unknown Scheduler=Main
   Partition=queue1 AllocNode:Sid=desk:0
   ReqNodeList=(null) ExcNodeList=(null)
   NodeList=queue1-dy-a-1
   BatchHost=queue1-dy-a-1
   NumNodes=1 NumCPUs=4 NumTasks=1 CPUs/Task=1 ReqB:S:C:T=0:0:*:*
   ReqTRES=cpu=4,mem=2G,node=1,billing=4
   AllocTRES=cpu=4,mem=2G,node=1,billing=4
   Socks/Node=* NtasksPerN:B:S:C=0:0:*:* CoreSpec=*
   MinCPUsNode=1 MinMemoryNode=2G MinTmpDiskNode=0
   Features=(null) DelayBoot=00:00:00
   OverSubscribe=OK Contiguous=0 Licenses=(null) Network=(null)
   Command=/home/ann/project/train.sh
   WorkDir=/home/ann/project
   Comment=first 
   StdErr=/home/ann/project/slurm-12.out
   StdIn=/dev/null
   StdOut=/home/ann/project/slurm-12.out
   TresPerNode=gres/gpu:1
   

`;

test("a job as Slurm shows it, and in one line", async () => {
  expect((await show(scontrol, ["show", "job", "12"], [JOB])).out).toBe(TEXT);
  const { out } = await show(scontrol, ["-o", "show", "job=12"], [JOB]);
  expect(out).toBe(
    `${TEXT.trimEnd()
      .split(/ ?\n {3}/)
      .join(" ")} \n`,
  );
});

test("--nice without a value is 100, as squeue shows it", async () => {
  for (const [option, nice] of [
    ["--nice", "100"],
    ["--nice=7", "7"],
    ["-n1", "0"],
  ]) {
    const job = sent("12", RUNNING, { asked: { options: [option ?? ""] } });
    expect((await show(scontrol, ["show", "job", "12"], [job])).out).toContain(` Nice=${nice} `);
  }
});

test("in one line every word has a name and a value, as qtoolkit reads it", async () => {
  const job = sent(
    "12",
    { ...RUNNING, name: "my job", error: "no such file", reason: "Nodes required are DOWN" },
    {
      asked: {
        comment: "rule a",
        options: ["--constraint=[a | b]"],
        command: "/home/ann/my work/train.sh --lr 3",
        workDir: "/home/ann/my work",
        stdout: "/home/ann/my work/%j.out",
      },
    },
  );
  const { out } = await show(scontrol, ["show", "job", "-o", "12"], [job]);
  const words = out.trim().split(" ");
  expect(words.filter((word) => !/^[\w/:]+=/.test(word))).toEqual([]);
  expect(words).toEqual(
    expect.arrayContaining(["JobName=my_job", "Comment=rule_a", "WorkDir=/home/ann/my_work"]),
  );
});

test("details and tasks", async () => {
  const array = sent(
    "30",
    {
      state: "RUNNING",
      tasks: [
        { ids: "1", state: "RUNNING" },
        { ids: "2-9", state: "PENDING", reason: "Priority" },
      ],
    },
    { asked: { array: "1-9%3" } },
  );
  expect((await show(scontrol, ["-d", "show", "job", "30"], [array])).out).toMatch(
    /^JobId=30 ArrayJobId=30 ArrayTaskId=2-9%3 ArrayTaskThrottle=3 JobName=train\n[^]*\n {3}DerivedExitCode=0:0\n[^]*\n\nJobId=30 ArrayJobId=30 ArrayTaskId=1 JobName=train\n/,
  );
  expect((await show(scontrol, ["show", "job", "30_5"], [array])).out).toMatch(
    /^JobId=30 ArrayJobId=30 ArrayTaskId=5 JobName=train\n/,
  );
  expect(await show(scontrol, ["show", "job", "30_99"], [array])).toMatchObject({
    exitCode: 1,
    out: "Job 30_99 not found\n",
  });
});

test("without an id: all that are still known", async () => {
  const over = sent("11", ENDED, FETCHED);
  const gone = sent("10", ENDED, {
    results: "fetched",
    resultsAt: new Date(NOW.getTime() - 301_000).toISOString(),
  });
  const { out } = await show(scontrol, ["-o", "show", "jobs"], [gone, over, JOB]);
  expect(out.split("\n").map((line) => line.slice(0, 8))).toEqual(["JobId=11", "JobId=12", ""]);
  expect((await show(scontrol, ["show", "jobs"])).out).toBe("No jobs in the system\n");
});

test.each([
  [["show", "job", "99"], "slurm_load_jobs error: Invalid job id specified\n"],
  [["show", "job", "x"], "scontrol_print_job error: Invalid job id specified\n"],
  [["hold", "12"], expect.stringMatching(/^scontrol: error: hold cannot work here: .+\n$/)],
  [["release", "12"], expect.stringMatching(/^scontrol: error: release cannot work here: .+\n$/)],
  [
    ["update", "JobId=12", "TimeLimit=5"],
    expect.stringMatching(/^scontrol: error: update cannot work here: .+\n$/),
  ],
  [["requeue", "12"], expect.stringMatching(/^scontrol: error: requeue cannot work here: .+\n$/)],
  [["suspend", "12"], expect.stringMatching(/^scontrol: error: suspend cannot work here: .+\n$/)],
  [["frob"], "invalid keyword: frob\n"],
  [
    ["show", "reservation"],
    expect.stringMatching(/^scontrol: error: show reservation cannot work here: .+\n$/),
  ],
  [["show"], expect.stringMatching(/^scontrol: error: show needs a word: .+\n$/)],
  [["show", "hostnames", "a["], "Invalid hostlist: a[\n"],
  [[], expect.stringMatching(/^scontrol: error: there is no prompt here: .+\n$/)],
])("%j ends with exit code 1", async (args, err) => {
  expect(await show(scontrol, args, [JOB])).toMatchObject({ exitCode: 1, out: "", err });
});

test.each([
  [["show", "hostnames", "a[1-3,07],b"], "a1\na2\na3\na07\nb\n"],
  [["show", "hostlist", "a1,a2,a3,b"], "a[1-3],b\n"],
  [["show", "hostlistsorted", "a3,a1,a2,a2"], "a[1-3]\n"],
  [["version"], "slurm 24.05.8\n"],
  [["--version"], "slurm 24.05.8\n"],
  [["-V"], "slurm 24.05.8\n"],
])("%j", async (args, out) => {
  expect(await show(scontrol, args)).toMatchObject({ exitCode: 0, out, requests: [] });
});

test("host names of the environment", async () => {
  expect(
    (await show(scontrol, ["show", "hostnames"], [], { env: { SLURM_NODELIST: "a[1-2]" } })).out,
  ).toBe("a1\na2\n");
});

test("a partition", async () => {
  expect(await show(scontrol, ["show", "partition", "gpu"])).toMatchObject({
    requests: ["heartbeat"],
    out: `PartitionName=gpu
   AllowGroups=ALL AllowAccounts=ALL AllowQos=ALL
   AllocNodes=ALL Default=NO QoS=N/A
   DefaultTime=NONE DisableRootJobs=NO ExclusiveUser=NO ExclusiveTopo=NO GraceTime=0 Hidden=NO
   MaxNodes=UNLIMITED MaxTime=1-00:00:00 MinNodes=0 LLN=NO MaxCPUsPerNode=UNLIMITED MaxCPUsPerSocket=UNLIMITED
   Nodes=gpu-st-g-1
   PriorityJobFactor=1 PriorityTier=1 RootOnly=NO ReqResv=NO OverSubscribe=NO
   OverTimeLimit=NONE PreemptMode=OFF
   State=UP TotalCPUs=8 TotalNodes=1 SelectTypeParameters=NONE
   JobDefaults=(null)
   DefMemPerNode=UNLIMITED MaxMemPerNode=UNLIMITED
   TRES=cpu=8,mem=31129M,node=1,billing=8

`,
  });
  expect(await show(scontrol, ["show", "part", "none"])).toMatchObject({
    exitCode: 1,
    out: "Partition none not found\n",
  });
  expect((await show(scontrol, ["-o", "show", "partition"])).out.split("\n")).toHaveLength(3);
});

test("nodes", async () => {
  expect((await show(scontrol, ["-o", "show", "node", "queue1-dy-a-[1-2],x"])).out).toBe(
    `NodeName=queue1-dy-a-1  CPUTot=4 Gres=(null) NodeAddr=queue1-dy-a-1 NodeHostName=queue1-dy-a-1  RealMemory=7782 State=MIXED Partitions=queue1  CfgTRES=cpu=4,mem=7782M,billing=4
NodeName=queue1-dy-a-2  CPUTot=4 Gres=(null) NodeAddr=queue1-dy-a-2 NodeHostName=queue1-dy-a-2  RealMemory=7782 State=IDLE+POWERED_DOWN Partitions=queue1  CfgTRES=cpu=4,mem=7782M,billing=4
Node x not found
`,
  );
});

test("the cluster answers, or does not", async () => {
  expect(await show(scontrol, ["ping"])).toMatchObject({
    exitCode: 0,
    out: "Slurmctld(primary) at head is UP\n",
  });
  const down = { slurm: { state: "unreachable" as const } };
  expect(await show(scontrol, ["ping"], [], { heartbeat: down })).toMatchObject({
    exitCode: 1,
    out: "Slurmctld(primary) at head is DOWN\n",
  });
  expect(await show(scontrol, ["show", "config"])).toMatchObject({
    out: expect.stringMatching(
      /^Configuration data as of 2026-01-31T13:05:09\nClusterName {13}= cloud-submit\nMaxArraySize {12}= 1001\nMinJobAge {15}= 300 sec\nSLURM_VERSION {11}= \S*24\.05\.8\n/,
    ),
  });
  expect(await show(scontrol, ["show", "partition"], [], { heartbeat: undefined })).toMatchObject({
    exitCode: 1,
    err: "slurm_load_partitions error: Unable to contact slurm controller (connect failure)\n",
  });
});

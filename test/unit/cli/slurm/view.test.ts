import { expect, test } from "@jest/globals";
import { sacct } from "../../../../cli/slurm/view/sacct.ts";
import { sacctmgr } from "../../../../cli/slurm/view/sacctmgr.ts";
import { scontrol } from "../../../../cli/slurm/view/scontrol.ts";
import { sinfo } from "../../../../cli/slurm/view/sinfo.ts";
import { squeue } from "../../../../cli/slurm/view/squeue.ts";
import type { ViewCommand } from "../../../../cli/slurm/view/view-world.ts";
import { at, ENDED, FETCHED, RUNNING, sent, show } from "../../../support/slurm-view.ts";

/** A job that waits, one that runs, one on its way back, one that is over, and an array. */
const JOBS = [
  sent("1", { reason: "Priority" }),
  sent(
    "2",
    {
      state: "RUNNING",
      tasks: [
        { ids: "1-2", state: "PENDING", reason: "Resources" },
        { ids: "0", state: "RUNNING", nodes: "queue1-dy-a-2", startedAt: at(13, 5) },
      ],
    },
    { asked: { array: "0-2", name: "array" } },
  ),
  sent("3", RUNNING),
  sent("4", ENDED),
  sent("5", ENDED, FETCHED),
];

const RS = "\u001e";
const US = "\u001f";

/** The calls of tools, as their sources have them, and the text that they read. */
const CALLS: readonly [tool: string, command: ViewCommand, args: readonly string[], out: string][] =
  [
    [
      "submitit",
      sacct,
      ["-o", "JobID,State,NodeList", "--parsable2", "-j", "5", "-j", "2"],
      `JobID|State|NodeList
2_0|RUNNING|queue1-dy-a-2
2_0.batch|RUNNING|queue1-dy-a-2
2_[1-2]|PENDING|None assigned
5|COMPLETED|queue1-dy-a-1
5.batch|COMPLETED|queue1-dy-a-1
`,
    ],
    [
      "submitit, a task",
      sacct,
      ["-o", "JobID,State,NodeList", "--parsable2", "-j", "1", "-j", "2_0"],
      `JobID|State|NodeList
1|PENDING|None assigned
2_0|RUNNING|queue1-dy-a-2
2_0.batch|RUNNING|queue1-dy-a-2
`,
    ],
    [
      "snakemake",
      sacct,
      [
        "-X",
        "--parsable2",
        "--clusters",
        "all",
        "--noheader",
        "--format=JobIdRaw,State",
        "--starttime",
        "2026-01-29T13:00",
        "--endtime",
        "now",
        "--name",
        "train",
      ],
      "1|PENDING\n3|RUNNING\n4|COMPLETING\n5|COMPLETED\n",
    ],
    [
      "snakemake with squeue",
      squeue,
      ["--noheader", "--format=%i|%T", "--name", "array"],
      "2_[1-2]|PENDING\n2_0|RUNNING\n",
    ],
    [
      "snakemake's account",
      sacct,
      ["-nu", "ann", "-o", "Account%256", "-X", "-j1"],
      `${"lab".padStart(256)} \n`,
    ],
    [
      "snakemake's check of it",
      sacctmgr,
      ["-n", "-s", "list", "user", "ann", "format=account%256"],
      `${"lab".padStart(256)} \n`,
    ],
    [
      "AiiDA",
      squeue,
      [
        "--noheader",
        "-o",
        "%i^^^%t^^^%r^^^%B^^^%u^^^%D^^^%C^^^%R^^^%P^^^%l^^^%M^^^%S^^^%j^^^%V",
        "--jobs=3,3",
      ],
      "3^^^R^^^None^^^queue1-dy-a-1^^^ann^^^1^^^4^^^queue1-dy-a-1^^^queue1^^^1:00:00^^^5:09^^^2026-01-31T13:00:00^^^train^^^2026-01-31T12:00:02\n",
    ],
    ["AiiDA, one that is gone", squeue, ["--noheader", "-o", "%i^^^%t", "--jobs=9,9"], ""],
    [
      "qtoolkit",
      squeue,
      [
        "--noheader",
        "-o",
        "%i<><> %t<><> %r<><> %j<><> %u<><> %P<><> %l<><> %D<><> %C<><> %M<><> %m",
        "-j",
        "3",
      ],
      "3<><> R<><> None<><> train<><> ann<><> queue1<><> 1:00:00<><> 1<><> 4<><> 5:09<><> 2G\n",
    ],
    [
      "psij",
      squeue,
      ["-O", "JobArrayID,StateCompact,Reason", "-t", "all", "--me"],
      [
        ["JOBID", "ST", "REASON"],
        ["5", "CD", "None"],
        ["4", "CG", "None"],
        ["1", "PD", "Priority"],
        ["2_[1-2]", "PD", "Resources"],
        ["2_0", "R", "None"],
        ["3", "R", "None"],
      ]
        .map((cells) => `${cells.map((cell) => cell.padEnd(20)).join("")}\n`)
        .join(""),
    ],
    [
      "parsl",
      squeue,
      ["--noheader", "--format=%i %t", "--job=1,3,5", "-t", "all"],
      "5 CD\n1 PD\n3 R\n",
    ],
    [
      "parsl with sacct",
      sacct,
      ["-X", "--noheader", "--format=jobid,state", "--job", "4"],
      "4            COMPLETING \n",
    ],
    [
      "Nextflow",
      squeue,
      ["--noheader", "-o", "%i %t", "-t", "all", "-u", "ann"],
      "5 CD\n4 CG\n1 PD\n2_[1-2] PD\n2_0 R\n3 R\n",
    ],
    [
      "Open OnDemand",
      squeue,
      [
        "--all",
        "--states=all",
        "--noconvert",
        "-o",
        `${RS}%a${US}%A${US}%i${US}%m${US}%t${US}%R`,
        "-u",
        "ann",
        "-j",
        "3",
      ],
      `${RS}ACCOUNT${US}JOBID${US}JOBID${US}MIN_MEMORY${US}ST${US}NODELIST(REASON)\n${RS}lab${US}3${US}3${US}2048M${US}R${US}queue1-dy-a-1\n`,
    ],
    [
      "a status script of cluster-generic",
      sacct,
      ["-j", "4", "--format", "State", "--noheader"],
      "COMPLETING \nCOMPLETING \n",
    ],
    ["another", sacct, ["-P", "-b", "-j", "5", "-n"], "5|COMPLETED|0:0\n5.batch|COMPLETED|0:0\n"],
    [
      "a third",
      scontrol,
      ["-o", "show", "job", "3"],
      expect.stringMatching(/^JobId=3 .* JobState=RUNNING .*\n$/) as unknown as string,
    ],
    ["the default partition", sinfo, ["-h", "-o", "%P"], "queue1*\ngpu\n"],
  ];

test.each(CALLS)("%s", async (_, command, args, out) => {
  expect(await show(command, args, JOBS)).toMatchObject({ exitCode: 0, err: "", out });
});

test("times have one format, and another one is refused", async () => {
  expect(await show(squeue, ["-h"], [], { env: { SLURM_TIME_FORMAT: "standard" } })).toMatchObject({
    exitCode: 0,
  });
  for (const [name, command, args] of [
    ["squeue", squeue, []],
    ["sacct", sacct, []],
    ["scontrol", scontrol, ["show", "job"]],
  ] as const)
    expect(await show(command, args, [], { env: { SLURM_TIME_FORMAT: "%s" } })).toMatchObject({
      exitCode: 1,
      err: `${name}: error: SLURM_TIME_FORMAT=%s cannot work here: unset it, or set it to standard\n`,
    });
});

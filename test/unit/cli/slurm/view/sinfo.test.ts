import { expect, test } from "@jest/globals";
import { sinfo } from "../../../../../cli/slurm/view/sinfo.ts";
import { PARTITIONS, show } from "../../../../support/slurm-view.ts";

test("partitions and nodes as Slurm shows them", async () => {
  expect(await show(sinfo, [])).toMatchObject({ exitCode: 0, err: "", requests: ["heartbeat"] });
  expect((await show(sinfo, [])).out).toBe(`PARTITION AVAIL  TIMELIMIT  NODES  STATE NODELIST
queue1*      up   infinite      8  idle~ queue1-dy-a-[2-9]
queue1*      up   infinite      1    mix queue1-dy-a-1
gpu          up 1-00:00:00      1  down* gpu-st-g-1
`);
});

test.each([
  [
    ["-s"],
    `PARTITION AVAIL  TIMELIMIT   NODES(A/I/O/T) NODELIST
queue1*      up   infinite          1/8/0/9 queue1-dy-a-[1-9]
gpu          up 1-00:00:00          0/0/1/1 gpu-st-g-1
`,
  ],
  [
    ["-N", "-n", "queue1-dy-a-[1-2],gpu-st-g-1"],
    `NODELIST       NODES PARTITION STATE 
gpu-st-g-1         1       gpu down* 
queue1-dy-a-1      1   queue1* mix   
queue1-dy-a-2      1   queue1* idle~ 
`,
  ],
  [
    ["-l", "-p", "gpu"],
    `Sat Jan 31 13:05:09 2026
PARTITION AVAIL  TIMELIMIT   JOB_SIZE ROOT OVERSUBS     GROUPS  NODES       STATE RESERVATION NODELIST
gpu          up 1-00:00:00 1-infinite   no       NO        all      1       down*             gpu-st-g-1
`,
  ],
  [["-h", "-o", "%P|%R|%a|%l|%D"], "queue1*|queue1|up|infinite|9\ngpu|gpu|up|1-00:00:00|1\n"],
  [
    ["-h", "-o", "%9P %.6D %T %G %c %m"],
    "queue1*        8 idle~ (null) 4 7782\nqueue1*        1 mixed (null) 4 7782\ngpu            1 down* gpu:t4:1 8 31129\n",
  ],
  [["-h", "-o", "%D %c"], "10 4+\n"],
  [["-h", "-e", "-o", "%D %c"], "9 4\n1 8\n"],
  [
    ["-h", "-O", "partition:6,nodeaiot:.8|,statecompact:0"],
    "queue1 0/8/0/8|idle~\nqueue1 1/0/0/1|mix\ngpu    0/0/1/1|down*\n".replace(
      /queue1 /g,
      "queue* ",
    ),
  ],
  [["-h", "-t", "idle", "-o", "%N"], "queue1-dy-a-[2-9]\n"],
  [["-h", "-t", "down,mix", "-o", "%R %D %t"], "queue1 1 mix\ngpu 1 down*\n"],
  [["-h", "-d", "-o", "%N"], "gpu-st-g-1\n"],
  [["-h", "-r", "-o", "%D"], "9\n"],
  [["-h", "-p", "none"], ""],
  [["-h", "-n", "nope", "-o", "%R %D %t"], "queue1 0 n/a\ngpu 0 n/a\n"],
  [["-h", "-n", "gpu-st-g-1", "-o", "%R %D %t"], "queue1 0 n/a\ngpu 1 down*\n"],
  [["-h", "-o", "%C"], "4/32/8/44\n"],
])("%j", async (args, out) => {
  expect(await show(sinfo, args)).toMatchObject({ exitCode: 0, out });
});

test("a partition without nodes", async () => {
  const heartbeat = {
    partitions: [{ ...PARTITIONS[1], name: "empty", nodes: [] } as (typeof PARTITIONS)[number]],
  };
  expect((await show(sinfo, ["-h"], [], { heartbeat })).out).toBe(
    "empty        up 1-00:00:00      0    n/a \n",
  );
});

test.each([
  [["-t", "foo"], 'sinfo: error: Bad state string: "foo"\n'],
  [
    ["-a", "-p", "gpu"],
    "sinfo: error: Conflicting options, -a and -p, specified. Please choose one or the other.\n",
  ],
  [["-R"], expect.stringMatching(/^sinfo: error: -R cannot work here: .+\n$/)],
  [["-x"], "sinfo: invalid option -- 'x'\nTry \"sinfo --help\" for more information\n"],
])("%j ends with exit code 1", async (args, err) => {
  expect(await show(sinfo, args)).toMatchObject({ exitCode: 1, out: "", err });
});

test("without a heartbeat there is no cluster", async () => {
  expect(await show(sinfo, [], [], { heartbeat: undefined })).toMatchObject({
    exitCode: 1,
    err: "slurm_load_partitions: Unable to contact slurm controller (connect failure)\n",
  });
});

test("SINFO_FORMAT stands in for --format", async () => {
  expect((await show(sinfo, ["-h"], [], { env: { SINFO_FORMAT: "%R" } })).out).toBe(
    "queue1\ngpu\n",
  );
});

test.each(["--version", "--help", "--usage", "--helpstate", "--helpformat", "--helpFormat"])(
  "%s asks nothing",
  async (option) => {
    expect(await show(sinfo, [option])).toMatchObject({ exitCode: 0, err: "", requests: [] });
  },
);

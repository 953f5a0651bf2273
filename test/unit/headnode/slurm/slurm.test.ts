import { describe, expect, test } from "@jest/globals";
import { SlurmCommands } from "../../../../headnode/slurm/slurm.ts";
import { fakeCommands, type Job, job, OWNER, printed } from "../../../support/fake-squeue.ts";

type Answers = Parameters<typeof fakeCommands>[1];

/** Slurm with these jobs; and the calls that were made. */
function slurm(jobs: Job[] = [], answers: Answers = {}) {
  const { run, calls } = fakeCommands(jobs, answers);
  return { calls, commands: new SlurmCommands(run, "1000", async () => undefined) };
}

const NO_CONTROLLER = "Unable to contact slurm controller (connect failure)";
const UP = { stdout: "Slurmctld(primary) at head is UP\n" };

describe("submit", () => {
  test("passes options one by one; comment and folder come after them", async () => {
    const { calls, commands } = slurm([job({ JobID: "12" })], {
      sbatch: { stdout: "Submitted batch job 12\n" },
    });
    expect(await commands.submit(OWNER, ["--job-name=a $(b)", "--nodes=2"])).toEqual({
      accepted: true,
      job: { jobId: "12", name: "x" },
      output: "Submitted batch job 12\n",
    });
    expect(calls[0]).toEqual([
      "sbatch",
      "--job-name=a $(b)",
      "--nodes=2",
      "--comment=cloud-submit:p:s",
      "--chdir=/jobs/p/s",
      "job-aws-run.sh",
    ]);
  });

  test("an answer is a refusal, with sbatch's words", async () => {
    const stderr = "sbatch: error: invalid partition specified: dns\n";
    const { commands } = slurm([], { sbatch: { code: 1, stderr }, scontrol: UP });
    expect(await commands.submit(OWNER, [])).toEqual({ accepted: false, output: stderr });
  });
});

describe("find", () => {
  test("looks at this user's jobs of every state: an ended one is found, too", async () => {
    const { commands, calls } = slurm([job({ JobID: "7", State: "COMPLETED" })]);
    expect(await commands.find(OWNER)).toEqual({ name: "x", jobId: "7" });
    expect(calls[0]).toEqual(expect.arrayContaining(["--user=1000", "--states=all"]));
  });

  test("searches at the same time share one look at Slurm, and none has an older one", async () => {
    const answers: ((jobs: Job[]) => void)[] = [];
    const commands = new SlurmCommands(
      (_name, args, { onStdout } = {}) =>
        new Promise((resolve) =>
          answers.push((jobs) => {
            const stdout = printed(jobs, args);
            onStdout?.(Buffer.from(stdout));
            resolve({ code: 0, stdout, stderr: "", output: stdout });
          }),
        ),
      "1000",
      async () => undefined,
    );
    const asked = () => new Promise<number>((tell) => setImmediate(() => tell(answers.length)));
    const other = { comment: "other", workDir: "/other" };
    const before = commands.find(OWNER);
    expect(await asked()).toBe(1);
    const since = [commands.find(OWNER), commands.find(other)];
    expect(await asked()).toBe(1);
    answers[0]?.([]);
    expect(await before).toBeUndefined();
    expect(await asked()).toBe(2);
    answers[1]?.([job({ JobID: "8" }), job({ JobID: "9", Comment: "other", WorkDir: "/other" })]);
    expect(await Promise.all(since)).toEqual([
      { jobId: "8", name: "x" },
      { jobId: "9", name: "x" },
    ]);
  });
});

describe("look", () => {
  test("a job that has been given another one's id is not taken for it", async () => {
    const Command = `${OWNER.workDir}/job-aws-run.sh`;
    const mine = [
      {},
      { Comment: "changed" },
      { WorkDir: "/elsewhere" },
      // A plugin's changes.
      { Comment: "changed", WorkDir: "/elsewhere", Command },
    ];
    for (const values of mine)
      expect((await slurm([job(values)]).commands.look("5", OWNER)).tasks).toHaveLength(1);
    for (const Comment of ["", "cloud-submit:p:other", `x ${OWNER.comment} `])
      expect(
        await slurm([job({ Comment, WorkDir: "/jobs/p/s2" })]).commands.look("5", OWNER),
      ).toEqual({ tasks: [], otherJobs: [] });
  });

  test("of a heterogeneous job, all components count", async () => {
    const [first, second] = [
      job({ JobID: "13", HetJobID: "13" }),
      job({ JobID: "14", HetJobID: "13", State: "FAILED" }),
    ];
    const { commands } = slurm([first, second, job({ JobID: "15" })]);
    const states = (await commands.look("13", OWNER)).tasks.map(({ state }) => state);
    expect(states).toEqual(["RUNNING", "FAILED"]);
  });

  test("a job that Slurm has forgotten has none", async () => {
    const { commands } = slurm([job({ JobID: "6", Comment: "", WorkDir: "/jobs/p/s2" })]);
    expect(await commands.look("5", OWNER)).toEqual({ tasks: [], otherJobs: [] });
  });
});

describe("activeJobs", () => {
  test("are each array once, with the state and reason that speak for it", async () => {
    const { calls, commands } = slurm([
      job({ JobID: "7", State: "PENDING", Reason: "Resources" }),
      job({ JobID: "8", State: "PENDING", Reason: "Nodes required for job are DOWN" }),
      job({ JobID: "9", ArrayJobID: "8" }),
    ]);
    expect(await commands.activeJobs()).toEqual(
      new Map([
        ["7", { state: "PENDING", reason: "Resources" }],
        ["8", { state: "RUNNING", reason: "None" }],
      ]),
    );
    expect(calls[0]).toContain("--user=1000");
  });
});

test("knows which tasks of arrays run", async () => {
  const { calls, commands } = slurm([
    job({ JobID: "4", ArrayJobID: "3", ArrayTaskID: "1" }),
    job({ JobID: "5", ArrayJobID: "3", ArrayTaskID: "2" }),
    ...["PENDING", "COMPLETED", "REQUEUED"].map((State, at) =>
      job({ JobID: `1${at}`, ArrayJobID: "3", ArrayTaskID: `${at + 5}`, State }),
    ),
    job({ JobID: "6" }),
  ]);
  expect(await commands.runningTasks()).toEqual(new Map([["3", new Set([1, 2])]]));
  expect(calls[0]).toContain("--user=1000");
});

test("one squeue answers a board, a job and the comparison with the journal", async () => {
  const { calls, commands } = slurm([job({ JobID: "12", NumCPUs: "8" })]);
  const [jobs, look] = await Promise.all([
    commands.jobs(),
    commands.look("12", OWNER),
    commands.activeJobs(),
  ]);
  expect(calls.length).toBe(1);
  expect(jobs.tasks("12", OWNER)).toEqual(look.tasks);
  expect(jobs.details("12", OWNER)).toMatchObject({ cpus: 8, user: "u" });
});

describe("cancel", () => {
  test("asks for this job and no other", async () => {
    const { calls, commands } = slurm([job({ JobID: "12" })]);
    await commands.cancel("12", OWNER);
    expect(calls.at(-1)).toEqual(["scancel", "12"]);
  });

  test("of a job that has the id by now, and is somebody else's, is not asked for", async () => {
    const other = { Comment: "", WorkDir: "/tmp", Command: "/tmp/other.sh", Name: OWNER.comment };
    const { calls, commands } = slurm([job({ JobID: "12", ...other })]);
    await commands.cancel("12", OWNER);
    expect(calls.map(([name]) => name)).toEqual(["squeue"]);
  });

  const failed = { scancel: { code: 1, stderr: "scancel: error: whatever\n" } };

  test("of a job that has ended by then is as good as done", async () => {
    const { commands } = slurm([job({ State: "CANCELLED" })], failed);
    await expect(commands.cancel("5", OWNER)).resolves.toBeUndefined();
  });

  test("of a job that is still there has to be tried again, whatever scancel said", async () => {
    const { commands } = slurm([job()], failed);
    await expect(commands.cancel("5", OWNER)).rejects.toMatchObject({ code: "slurm" });
  });
});

describe("nodeReasons", () => {
  test("are what was written, the newest first", async () => {
    const { commands, calls } = slurm([], {
      sinfo: (args) => {
        const mark = /%N(<.*?>)/.exec(args.at(-1) ?? "")?.[1];
        const row = (...values: string[]) => `${values.map((one) => `${one}${mark}`).join("")}\n`;
        return {
          stdout:
            row("n1", "1795884937", "old") +
            row("n[2-3]", "1795884999", "(Code:InsufficientInstanceCapacity)We  are = sorry") +
            row("n4", "Unknown", "never"),
        };
      },
    });
    expect(await commands.nodeReasons("main")).toEqual([
      {
        nodes: "n[2-3]",
        reason: "(Code:InsufficientInstanceCapacity)We  are = sorry",
        at: 1_795_884_999_000,
      },
      { nodes: "n1", reason: "old", at: 1_795_884_937_000 },
      { nodes: "n4", reason: "never", at: 0 },
    ]);
    expect(calls[0]).toContain("--partition=main");
  });
});

describe("forgetsAfterMs", () => {
  test.each([
    ["MinJobAge               = 300 sec", 300_000],
    ["MinJobAge               = 0 sec", Number.POSITIVE_INFINITY],
    ["something else", 0],
  ])("reads %j as %d", async (line, ms) => {
    const stdout = `Configuration data\nMaxJobCount             = 10000\n${line}\nx\n`;
    expect(await slurm([], { scontrol: { stdout } }).commands.forgetsAfterMs()).toBe(ms);
  });
});

test("what Slurm could not tell once is asked for again", async () => {
  let isUp = false;
  const { commands } = slurm([], {
    scontrol: () => (isUp ? { stdout: "MinJobAge               = 300 sec\n" } : { code: 1 }),
  });
  expect(await commands.forgetsAfterMs()).toBe(0);
  isUp = true;
  expect(await commands.forgetsAfterMs()).toBe(300_000);
});

describe("silence is never taken for an answer", () => {
  test.each<[string, (commands: SlurmCommands) => Promise<unknown>]>([
    ["squeue", (commands) => commands.activeJobs()],
    ["squeue", (commands) => commands.find(OWNER)],
    ["squeue", (commands) => commands.look("5", OWNER)],
    ["sinfo", (commands) => commands.nodeReasons("main")],
  ])("%s that fails is an error in one line, with its words", async (name, ask) => {
    const stderr = `${name}: error: ${NO_CONTROLLER}\n${name}: error: try later\n`;
    await expect(ask(slurm([], { [name]: { code: 1, stderr } }).commands)).rejects.toMatchObject({
      code: "slurm",
      message: `Slurm did not answer ${name}: ${name}: error: ${NO_CONTROLLER} ${name}: error: try later`,
    });
  });

  test("a command that was killed says how it ended", async () => {
    const { commands } = slurm([], { squeue: { code: null } });
    await expect(commands.activeJobs()).rejects.toThrow(
      "Slurm did not answer squeue: it ended with null",
    );
  });
});

import { describe, expect, test } from "@jest/globals";
import { SlurmCommands } from "../../../../../headnode/slurm/slurm.ts";
import { fakeCommands, type Job, job, OWNER } from "../../../../support/fake-squeue.ts";

type Answers = Parameters<typeof fakeCommands>[1];

/** Slurm with these jobs; and the calls that were made. */
function slurm(jobs: Job[], answers: Answers = {}) {
  const { run, calls } = fakeCommands(jobs, answers);
  return { calls, commands: new SlurmCommands(run, "1000", async () => undefined) };
}

const held = (values: Job = {}) => job({ State: "PENDING", Reason: "JobHeldUser", ...values });
const dated = (values: Job = {}) =>
  job({ State: "PENDING", Reason: "BeginTime", StartTime: "2110380930", ...values });
const releases = (calls: string[][]) => calls.filter(([name]) => name === "scontrol");
const DENIED = { code: 1, stderr: "Access/permission denied for job 5\n" };

test.each([
  ["date", "--begin=now+520weeks"],
  ["hold", "--hold"],
] as const)(
  "an open submission is kept back by a %s, the last option; arguments come after the script",
  async (keepBack, option) => {
    const { calls, commands } = slurm([held()], { sbatch: { stdout: "5\n" } });
    const words = ["--hold", "a b", "$(id)", "", "-x"];
    await commands.submit(OWNER, ["--nodes=2"], { keepBack, arguments: words });
    expect(calls[0]?.slice(-7)).toEqual([option, "job-aws-run.sh", ...words]);
    expect(calls[0]?.slice(0, 2)).toEqual(["sbatch", "--nodes=2"]);
  },
);

test.each(["BeginTime", "None", "PartitionConfig", "Dependency"])(
  "a job that waits for a date far away is held for all who ask, whatever Slurm says: %s",
  async (Reason) => {
    const { commands } = slurm([dated({ Reason })]);
    const [one] = (await commands.look("5", OWNER)).tasks;
    expect(one).toMatchObject({ state: "PENDING", reason: "JobHeldUser" });
    expect((await commands.activeJobs()).get("5")?.reason).toBe("JobHeldUser");
  },
);

test("a date of the user's is Slurm's to tell of", async () => {
  const { commands } = slurm([dated({ StartTime: "1800000000" })]);
  expect((await commands.look("5", OWNER)).tasks[0]?.reason).toBe("BeginTime");
});

describe("release", () => {
  test.each([
    ["a job", [held()], "5"],
    [
      "an array",
      [held({ ArrayTaskID: "1-3" }), held({ JobID: "6", ArrayJobID: "5", ArrayTaskID: "4" })],
      "5",
    ],
    ["a heterogeneous job", [held({ HetJobID: "5" }), held({ JobID: "6", HetJobID: "5" })], "5,6"],
    ["one that begins", [held({ HetJobID: "5" }), job({ JobID: "6", HetJobID: "5" })], "5"],
  ])("of %s", async (_name, jobs, ids) => {
    const { calls, commands } = slurm(jobs);
    expect(await commands.release("5", OWNER)).toBeUndefined();
    expect(releases(calls)).toEqual([["scontrol", "release", ids]]);
  });

  // Reasons and dates as 22.05 and 26.05 show them.
  test.each([
    ["a job", [dated()], "5"],
    ["an array", [dated({ ArrayTaskID: "1-3", Reason: "None" })], "5"],
    [
      "a heterogeneous job",
      [dated({ HetJobID: "5" }), dated({ JobID: "6", HetJobID: "5" })],
      "5,6",
    ],
  ])("of %s that waits for a date far away is that date, now", async (_name, jobs, ids) => {
    const { calls, commands } = slurm(jobs);
    expect(await commands.release("5", OWNER)).toBeUndefined();
    expect(releases(calls)).toEqual([["scontrol", "update", `JobId=${ids}`, "StartTime=now"]]);
  });

  const [pattern, each] = ["/jobs/p/s/%A/%x-%3j/%u.o", "/jobs/p/s/arr/%4A/%a/x"];
  test.each([
    [
      "a job",
      dated({ StdOut: pattern, StdErr: "e\\%j/x" }),
      ["/jobs/p/s/5/x-005", "/jobs/p/s/e%j"],
    ],
    ["one that is held", held({ StdOut: pattern }), ["/jobs/p/s/5/x-005", "/jobs/p/s"]],
    [
      "each task of an array",
      dated({ ArrayTaskID: "1-2,7%2", StdOut: each, StdErr: "/jobs/p/s/arr/%A/%a.e" }),
      [1, 2, 7].map((task) => `/jobs/p/s/arr/0005/${task}`).concat("/jobs/p/s/arr/5"),
    ],
    [
      "all but the node's",
      dated({ StdOut: "%N/%j/x", StdErr: "/jobs/p/s/%u/%N.e" }),
      ["/jobs/p/s/u"],
    ],
    [
      "all but those of the ids that tasks get",
      dated({ ArrayTaskID: "1-2", StdOut: "/jobs/p/s/%j/x", StdErr: "/jobs/p/s/%s/x" }),
      ["/jobs/p/s/batch"],
    ],
  ])(
    "comes after the folders of the output of %s, without a further question",
    async (_name, one, folders) => {
      const { calls, commands } = slurm([one]);
      let made: string[] = [];
      await commands.release("5", OWNER, async (wanted) => {
        expect(releases(calls)).toEqual([]);
        made = [...wanted];
      });
      expect(made).toEqual(folders);
      expect(calls.map(([name]) => name)).toEqual(["squeue", "scontrol"]);
    },
  );

  test("makes no more folders than so many", async () => {
    const { commands } = slurm([dated({ ArrayTaskID: "0-20000", StdOut: each, StdErr: each })]);
    let made = 0;
    await commands.release("5", OWNER, async ({ size }) => void (made = size));
    expect(made).toBe(10_000);
  });

  test.each([
    ["has begun", job()],
    ["has ended", job({ State: "CANCELLED" })],
    ["is somebody else's by now", held({ Comment: "", WorkDir: "/tmp", Command: "/tmp/x.sh" })],
  ])("of a job that %s does nothing", async (_name, one) => {
    const { calls, commands } = slurm([one]);
    expect(await commands.release("5", OWNER)).toBeUndefined();
    expect(releases(calls)).toEqual([]);
  });

  test("that Slurm refuses is told, while it answers", async () => {
    const up = { stdout: "Slurmctld(primary) at head is UP\n" };
    const answer = (args: readonly string[]) => (args[0] === "release" ? DENIED : up);
    const { commands } = slurm([held()], { scontrol: answer });
    expect(await commands.release("5", OWNER)).toBe("Access/permission denied for job 5");
  });

  test("that has no answer is to be tried again", async () => {
    const stderr = "Unable to contact slurm controller (connect failure)\n";
    const { commands } = slurm([held()], { scontrol: { code: 1, stderr } });
    await expect(commands.release("5", OWNER)).rejects.toMatchObject({ code: "slurm" });
  });

  test("that fails for a job that has begun meanwhile is as good as done", async () => {
    const jobs = [held()];
    const scontrol = () => {
      jobs[0] = job();
      return DENIED;
    };
    const { commands } = slurm(jobs, { scontrol });
    expect(await commands.release("5", OWNER)).toBeUndefined();
  });
});

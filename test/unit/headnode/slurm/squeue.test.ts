import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { squeue } from "../../../../headnode/slurm/squeue.ts";
import { fakeCommands, job } from "../../../support/fake-squeue.ts";

const fields = ["JobID", "State", "Name", "StdOut", "Comment"] as const;

describe("squeue", () => {
  test("takes no list for whole of which the end may be cut off", async () => {
    const { run } = fakeCommands([job({ JobID: "1", Comment: "x".repeat(64 << 20) })]);
    await expect(squeue(run, { fields, user: "1000" })).rejects.toThrow("more than is read");
  });

  test("gives each field as it is, whatever users have written into it", async () => {
    const text = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom(
        " JobState=COMPLETED Reason=None ",
        "a\nb",
        "6 COMPLETED x",
        "\n",
        "",
        "<0b1c>,",
        "(null)",
      ),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(text, text, text), { maxLength: 5 }), async (users) => {
        const jobs = users.map(([Name, StdOut, Comment], at) =>
          job({ JobID: String(at + 1), Name, StdOut, Comment }),
        );
        const { run } = fakeCommands(jobs);
        const rows = await squeue(run, { fields, user: "1000" });
        expect(rows).toEqual(
          jobs.map(({ JobID, State, Name, StdOut, Comment }) => ({
            JobID,
            State,
            Name,
            StdOut,
            Comment,
          })),
        );
      }),
    );
  });

  test("asks with another mark each time, so that nobody can know it", async () => {
    const { run, calls } = fakeCommands([]);
    await squeue(run, { fields, user: "1000" });
    await squeue(run, { fields, user: "1000" });
    expect(calls[0]?.at(-1)).not.toBe(calls[1]?.at(-1));
  });

  test("looks into hidden partitions, and at this cluster alone", async () => {
    const { run, calls } = fakeCommands([]);
    await squeue(run, { fields, user: "1000", states: "all", jobs: ["5", "6"] });
    expect(calls[0]).toEqual([
      "squeue",
      "--noheader",
      "--all",
      "--local",
      "--user=1000",
      "--jobs=5,6",
      "--states=all",
      expect.stringMatching(/^--Format=JobID:0<[\w-]{16}>,State:0<.*>$/),
    ]);
  });

  test("of a command, which holds the arguments of its script, the beginning is read", async () => {
    const Command = `/jobs/p/s/job-aws-run.sh ${"x".repeat(96 << 10)}`;
    const jobs = [job({ Command }), job({ Command: "/jobs/p/s/job-aws-run.sh" })];
    const { run, calls } = fakeCommands(jobs);
    const rows = await squeue(run, { fields: ["JobID", "Command"] });
    expect(rows.map((row) => row.Command)).toEqual([
      Command.slice(0, 512),
      "/jobs/p/s/job-aws-run.sh",
    ]);
    expect(calls[0]?.at(-1)).toMatch(/^--Format=JobID:0<[\w-]{16}>,Command:512<.*>$/);
  });

  test("a job that Slurm does not know has no row", async () => {
    const stderr = "slurm_load_jobs error: Invalid job id specified\n";
    const { run } = fakeCommands([], { squeue: { code: 1, stderr } });
    expect(await squeue(run, { fields, jobs: ["5"] })).toEqual([]);
  });

  test.each([
    "slurm_load_jobs error: Unable to contact slurm controller (connect failure)",
    "squeue: error: user nobody: slurm_load_jobs error: Invalid job id specified",
    "",
  ])("silence is never taken for an answer: %j", async (stderr) => {
    const { run } = fakeCommands([], { squeue: { code: 1, stderr } });
    await expect(squeue(run, { fields })).rejects.toMatchObject({ code: "slurm" });
  });

  test("text that was cut is no list of jobs", async () => {
    const whole = fakeCommands([job(), job()]);
    for (const cut of [1, 40, 200]) {
      const { run } = fakeCommands([], {
        squeue: async (args) => {
          const { stdout } = await whole.run("squeue", args);
          return { stdout: stdout.slice(0, -cut) };
        },
      });
      await expect(squeue(run, { fields })).rejects.toMatchObject({ code: "slurm" });
    }
  });
});

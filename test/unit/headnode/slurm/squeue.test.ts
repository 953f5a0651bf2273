import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import type { SlurmCommand } from "../../../../headnode/slurm/command.ts";
import { JOB_FIELDS } from "../../../../headnode/slurm/job-rows.ts";
import { JobTable } from "../../../../headnode/slurm/job-table.ts";
import { squeue } from "../../../../headnode/slurm/squeue.ts";
import { fakeCommands, job } from "../../../support/fake-squeue.ts";

const fields = ["JobID", "State", "Name", "StdOut", "Comment"] as const;

describe("squeue", () => {
  test("tells of every job, whatever one user's jobs print, and keeps no more than has room", async () => {
    const path = (at: number) => `/jobs/p/s/${at}/`.padEnd(4096, "x");
    const huge = Array.from({ length: 9_000 }, (_, at) => ({
      JobID: `${at + 10}`,
      ArrayJobID: "10",
      ArrayTaskID: `${at}`,
      StdOut: path(at),
      StdErr: path(-at),
      WorkDir: path(0),
    }));
    const others = [
      job({ JobID: "1", Comment: "cloud-submit:a:s" }),
      job({ JobID: "90000", Comment: "cloud-submit:z:s" }),
    ];
    const { run } = fakeCommands([others[0]!, ...huge.map(job), others[1]!]);
    const rows = await squeue(run, { fields: JOB_FIELDS, user: "1000" });
    expect(rows).toHaveLength(huge.length + 2);
    expect([rows[0], rows.at(-1)]).toEqual(others);
    const kept = (at: number) => Object.values(rows[at]!).join("").length;
    expect(rows[1]).toMatchObject({ ...huge[0] });
    let all = 0;
    const seen = new Set<string>();
    for (const row of rows)
      for (const value of Object.values(row)) {
        if (!seen.has(value)) all += value.length;
        seen.add(value);
      }
    expect(all).toBeLessThan(32 << 20);
    expect(kept(9_000)).toBeLessThan(5_000);
    // A task of which the paths are not known is one all the same, and one of the job's.
    const table = new JobTable(rows);
    const tasks = table.tasks("10", { comment: "cloud-submit:p:s", workDir: path(0) });
    expect(tasks).toHaveLength(9_000);
    expect(tasks[1]?.outputPaths).toEqual([path(1), path(-1)]);
    expect(tasks.at(-1)).toMatchObject({ arrayTask: "8999", state: "RUNNING" });
    expect(tasks.at(-1)).not.toHaveProperty("outputPaths");
  });

  test("a list of tasks that is too long to be kept is no trouble but its own job's", async () => {
    const ids = Array.from({ length: 300_000 }, (_, at) => at * 2).join(",");
    const { run } = fakeCommands([
      job({ JobID: "1", ArrayTaskID: ids, State: "PENDING", Comment: "cloud-submit:a:s" }),
      job({ JobID: "2", WorkDir: "/jobs/b/s" }),
    ]);
    const rows = await squeue(run, { fields: JOB_FIELDS, user: "1000" });
    const table = new JobTable(rows);
    const tasksOf = (id: string, name: string) =>
      table.tasks(id, { comment: `cloud-submit:${name}:s`, workDir: `/jobs/${name}/s` });
    expect(() => tasksOf("1", "a")).toThrow("squeue shows ArrayTaskID");
    expect(tasksOf("2", "b")).toHaveLength(1);
  });

  test("reads the same, however what is printed comes in parts", async () => {
    const text = fc.string({ unit: "grapheme", maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(text, text), { maxLength: 6 }),
        fc.infiniteStream(fc.integer({ min: 1, max: 40 })),
        async (users, sizes) => {
          const jobs = users.map(([Name, Comment], at) => job({ JobID: `${at}`, Name, Comment }));
          const whole = fakeCommands(jobs);
          const run: SlurmCommand = (name, args, options) =>
            whole.run(name, args, {
              ...options,
              onStdout: (printed) => {
                for (let from = 0; from < printed.length; ) {
                  const to = from + sizes.next().value;
                  options?.onStdout?.(printed.subarray(from, to));
                  from = to;
                }
              },
            });
          const rows = await squeue(run, { fields, user: "1000" });
          expect(rows.map(({ Name, Comment }) => [Name, Comment])).toEqual(users);
        },
      ),
    );
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

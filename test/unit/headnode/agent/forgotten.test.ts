import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { submittedWorld } from "../../../support/agent-world.ts";
import { arrayTask, task } from "../../../support/fake-slurm.ts";

describe("a job that Slurm has forgotten", () => {
  /** A job in JOB_SUBMIT whose Slurm knows it no more. */
  async function forgotten(...exits: string[]) {
    return end(await submittedWorld(), exits);
  }
  async function end({ w, version }: Awaited<ReturnType<typeof submittedWorld>>, exits: string[]) {
    writeFileSync(join(w.workRoot, "job1", version, "result"), "42");
    w.slurm.ends.set("1", [task("COMPLETING")]);
    // In the order of the last run first.
    for (const [at, exit] of exits.entries()) {
      w.hook("1", exit, undefined, exits.length - at);
      await w.untilTaken();
    }
    w.slurm.ends.set("1", []);
    await w.until(() => w.state("job1") === "JOB_COMPLETE");
    expect(w.store.text("job1/result")).toBe("42");
    return w.record("job1");
  }

  test("ended as its hook said", async () => {
    expect(await forgotten("3:0")).toMatchObject({
      outcome: "failed",
      slurm: { exitCode: 3, signal: 0 },
    });
    expect(await forgotten("3:0", "1:0")).toMatchObject({ slurm: { exitCode: 3 } });
    expect(await forgotten("0:0", "1:0")).toMatchObject({ outcome: "completed" });
  });

  test("is lost when it was to be cancelled, and the hook said 0:0", async () => {
    const submitted = await submittedWorld();
    const { w } = submitted;
    w.slurm.ends.set("1", [task("COMPLETING")]);
    await w.ask("job1", "JOB_CANCEL");
    await w.until(() => w.slurm.cancelled.length > 0);
    expect(await end(submitted, ["0:0"])).toMatchObject({
      outcome: "lost",
      error: { code: "lost" },
    });
  });

  test("is lost when the hook told of an earlier run alone", async () => {
    const { w } = await submittedWorld();
    w.slurm.ends.set("1", [task("COMPLETING")]);
    w.hook("1", "3:0");
    await w.untilTaken();
    w.slurm.ends.set("1", [{ ...task("PENDING"), reason: "Priority" }]);
    w.skip(6_000);
    await w.until(() => w.record("job1")?.slurm?.state === "PENDING");
    w.slurm.ends.set("1", []);
    await w.until(() => w.state("job1") === "JOB_COMPLETE");
    expect(w.record("job1")?.outcome).toBe("lost");
  });

  test("while the agent was down ended as its hook said", async () => {
    const { w, agent: first } = await submittedWorld();
    await w.until(() => w.published.length === 1);
    first.stop();
    w.hook("1", "3:0");
    w.slurm.ends.set("1", []);
    await w.start();
    await w.until(() => w.state("job1") === "JOB_COMPLETE");
    expect(w.record("job1")).toMatchObject({ outcome: "failed", slurm: { exitCode: 3 } });
  });

  /** slurmstepd's line. */
  const line = (jobId: string, cause: string) =>
    `slurmstepd: error: *** JOB ${jobId} ON n1 CANCELLED AT 2026-11-30T12:00:00${cause} ***\n`;

  /** A job that ended with 0:0 while the agent was down, and whose folder has these files. */
  async function downUntilForgotten(
    files: Record<string, string>,
    hooks: (w: Awaited<ReturnType<typeof submittedWorld>>["w"]) => void = (w) => w.hook("1", "0:0"),
  ) {
    const { w, agent: first, version } = await submittedWorld();
    await w.until(() => w.published.length === 1);
    first.stop();
    for (const [name, text] of Object.entries(files))
      writeFileSync(join(w.workRoot, "job1", version, name), text);
    hooks(w);
    w.slurm.ends.set("1", []);
    await w.start();
    await w.until(() => w.state("job1") === "JOB_COMPLETE");
    return w.record("job1");
  }

  test.each(
    [0, 9, 15].flatMap((signal) => [
      [signal, "", "cancelled", "CANCELLED"] as const,
      [signal, " DUE TO TIME LIMIT", "timeout", "TIMEOUT"] as const,
      [signal, " DUE TO PREEMPTION", "cancelled", "PREEMPTED"] as const,
      [
        signal,
        " DUE TO NODE FAILURE, SEE SLURMCTLD LOG FOR DETAILS",
        "node-failure",
        "NODE_FAIL",
      ] as const,
    ]),
  )(
    "while the agent was down, with 0:%i, ended as its stderr says:%s",
    async (signal, cause, outcome, state) => {
      const record = await downUntilForgotten(
        { "slurm-1.out": `a\n${line("1", cause)}Terminated\n` },
        (w) => w.hook("1", `0:${signal}`),
      );
      expect(record).toMatchObject({ outcome, slurm: { state, exitCode: 0, signal } });
    },
  );

  test("has its stderr where its script says, as the hook tells", async () => {
    const files = { "slurm-1.out": "", "x-1.err": line("1", " DUE TO TIME LIMIT") };
    const hook = (stderr: string) => (w: Awaited<ReturnType<typeof submittedWorld>>["w"]) =>
      w.hook("1", "0:0", undefined, 0, `stderr=${stderr}\n`);
    expect((await downUntilForgotten(files, hook("x-%j.err")))?.outcome).toBe("timeout");
    for (const elsewhere of ["/dev/null", "../../../../../../../etc/passwd", "none"])
      expect((await downUntilForgotten(files, hook(elsewhere)))?.outcome).toBe("completed");
  });

  test.each([
    ["another job's", line("2", " DUE TO TIME LIMIT"), "0:0", "completed"],
    ["its own, and an exit code", line("1", " DUE TO TIME LIMIT"), "3:0", "failed"],
    ["none", "done\n", "0:0", "completed"],
    ["none, with a signal", "done\n", "0:15", "failed"],
  ])("is not judged by a line of stderr that is %s", async (_, text, exit, outcome) => {
    const record = await downUntilForgotten({ "slurm-1.out": text }, (w) => w.hook("1", exit));
    expect(record?.outcome).toBe(outcome);
  });

  test("is cancelled when it was to be, and its stderr says so", async () => {
    const record = await downUntilForgotten({ "slurm-1.out": line("1", "") }, (w) => {
      w.hook("1", "0:0");
      void w.claim("job1", "JOB_CANCEL");
    });
    expect(record?.outcome).toBe("cancelled");
  });

  test("is lost when there was no hook either, and its results still come", async () => {
    expect(await forgotten()).toMatchObject({ outcome: "lost", error: { code: "lost" } });
  });

  test("in part, an array, is judged by all tasks that were ever seen", async () => {
    const { w } = await submittedWorld();
    w.slurm.arrays.set("1", { tasks: "1-5", waiting: "1-5" });
    w.end(
      "1",
      arrayTask("1", "FAILED", 9),
      arrayTask("2-4", "COMPLETED"),
      arrayTask("5", "RUNNING"),
    );
    await w.untilCompleted("job1", 3);
    w.end("1", arrayTask("5", "COMPLETED"));
    await w.until(() => w.state("job1") === "JOB_COMPLETE");
    expect(w.record("job1")).toMatchObject({
      outcome: "failed",
      slurm: { exitCode: 9, tasks: { total: 5, completed: 4 } },
    });
  });
});

import { describe, expect, test } from "@jest/globals";
import type { CommandResult } from "../../../headnode/slurm/command.ts";
import { SlurmCommands } from "../../../headnode/slurm/slurm.ts";

/** Slurm whose every command answers what is given; and the calls that were made. */
function slurm({ stdout = "", stderr = "", code = 0 }: Partial<CommandResult>) {
  const calls: string[][] = [];
  const commands = new SlurmCommands(async (name, args) => {
    calls.push([name, ...args]);
    return { code, stdout, stderr, output: stdout + stderr };
  }, "1000");
  return { calls, commands };
}

const NO_CONTROLLER = "Unable to contact slurm controller (connect failure)";
const owner = { comment: "c", workDir: "/w" };

describe("cancel", () => {
  test("asks for this job and no other", async () => {
    const { calls, commands } = slurm({});
    await commands.cancel("12");
    expect(calls).toEqual([["scancel", "12"]]);
  });

  test("of a job that has ended by then is as good as done", async () => {
    const stderr = "scancel: error: Kill job error on job id 12: Invalid job id specified\n";
    await expect(slurm({ code: 1, stderr }).commands.cancel("12")).resolves.toBeUndefined();
  });

  test("without an answer is an error, so that it is tried again", async () => {
    const { commands } = slurm({ code: 1, stderr: `scancel: error: ${NO_CONTROLLER}\n` });
    await expect(commands.cancel("12")).rejects.toMatchObject({ code: "slurm" });
  });
});

describe("activeJobs", () => {
  test("are this user's, each array once, with the state and reason that speak for it", async () => {
    const { calls, commands } = slurm({
      stdout: "7 PENDING Resources\n8 PENDING Nodes required for job are DOWN\n8 RUNNING None\n",
    });
    expect(await commands.activeJobs()).toEqual(
      new Map([
        ["7", { state: "PENDING", reason: "Resources" }],
        ["8", { state: "RUNNING", reason: "None" }],
      ]),
    );
    expect(calls).toEqual([["squeue", "--noheader", "--user=1000", "--format=%F %T %r"]]);
  });

  test("are none when squeue prints nothing", async () => {
    expect(await slurm({}).commands.activeJobs()).toEqual(new Map());
  });
});

test("a search by comment looks at jobs of every state: an ended one is found, too", async () => {
  const { calls, commands } = slurm({ stdout: "7 c\n" });
  await commands.findByComment("c");
  expect(calls[0]).toContain("--states=all");
});

test("searches at the same time share one look at Slurm, and none has an older one", async () => {
  const answers: ((stdout: string) => void)[] = [];
  const commands = new SlurmCommands(
    () =>
      new Promise((resolve) =>
        answers.push((stdout) => resolve({ code: 0, stdout, stderr: "", output: stdout })),
      ),
    "1000",
  );
  const asked = () => new Promise<number>((tell) => setImmediate(() => tell(answers.length)));
  const before = commands.findByComment("new");
  expect(await asked()).toBe(1);
  const since = [commands.findByComment("new"), commands.findByComment("other")];
  expect(await asked()).toBe(1);
  answers[0]?.("");
  expect(await before).toBeUndefined();
  expect(await asked()).toBe(2);
  answers[1]?.("8 new\n9 other\n");
  expect(await Promise.all(since)).toEqual(["8", "9"]);
});

describe("silence is never taken for an answer", () => {
  test.each<[string, (commands: SlurmCommands) => Promise<unknown>]>([
    ["squeue", (commands) => commands.activeJobs()],
    ["squeue", (commands) => commands.findByComment("c")],
    ["scontrol", (commands) => commands.tasks("5", owner)],
  ])("%s that fails is an error in one line, with its words", async (name, ask) => {
    const stderr = `${name}: error: ${NO_CONTROLLER}\n${name}: error: try later\n`;
    await expect(ask(slurm({ code: 1, stderr }).commands)).rejects.toMatchObject({
      code: "slurm",
      message: `Slurm did not answer ${name}: ${name}: error: ${NO_CONTROLLER} ${name}: error: try later`,
    });
  });

  test("a command that was killed says how it ended", async () => {
    const { commands } = slurm({ code: null });
    await expect(commands.activeJobs()).rejects.toThrow(
      "Slurm did not answer squeue: it ended with null",
    );
  });

  test("a search that only part of another comment fits finds nothing", async () => {
    const { commands } = slurm({ stdout: "7 xc\nnot a job c\n" });
    expect(await commands.findByComment("c")).toBeUndefined();
  });
});

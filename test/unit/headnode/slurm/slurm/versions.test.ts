import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import type { CommandResult, SlurmCommand } from "../../../../../headnode/slurm/command.ts";
import { isUp, minJobAge, slurmHealth } from "../../../../../headnode/slurm/health.ts";
import { JOB_FIELDS } from "../../../../../headnode/slurm/job-rows.ts";
import { rowsAtMarks } from "../../../../../headnode/slurm/marked-rows.ts";
import { nodeReasons } from "../../../../../headnode/slurm/node-reasons.ts";
import { saysNoAnswer } from "../../../../../headnode/slurm/sbatch-answer.ts";
import { SlurmCommands } from "../../../../../headnode/slurm/slurm.ts";

const folder = new URL("../../../../fixtures/slurm/", import.meta.url);

/** One question and its answer, as test/fixtures/slurm/capture.mjs has recorded them. */
interface Recorded {
  name: string;
  args: string[];
  code: number;
  stdout: string;
  stderr: string;
}

const versions = readdirSync(folder)
  .filter((name) => name.endsWith(".json"))
  .map((name) => name.slice(0, -".json".length));

const OK: CommandResult = { code: 0, stdout: "", stderr: "", output: "" };

/**
 * Fields that squeue is asked for since the recordings were made, as it prints them. Source: src/squeue/print.c, which is
 * the same in 22.05 and 26.05.
 */
const LATER: Record<string, string> = {
  Account: "(null)",
  QOS: "normal",
  PriorityLong: "4294901757",
  NumNodes: "1",
  NumCPUs: "1",
  MinMemory: "0",
  TimeLimit: "UNLIMITED",
  SubmitTime: "1795890220",
};

const MARK = /<[\w-]{16}>/;

/** Answers of a version to commands, with the mark that was asked for. */
function answers(version: string) {
  const all = JSON.parse(readFileSync(new URL(`${version}.json`, folder), "utf8")) as Recorded[];
  const recorded = (name: string, part: string): CommandResult => {
    const found = all.find((one) => one.name === name && one.args.join(" ").includes(part));
    if (!found) throw new Error(`${version} was not asked for ${name} ${part}`);
    const { code, stdout, stderr } = found;
    return { code, stdout, stderr, output: stdout + stderr };
  };
  const shownJobs = (): string => {
    const { args, stdout } = all.find(
      (one) => one.name === "squeue" && /Comment/.test(one.args.join(" ")),
    )!;
    const format = args.find((arg) => arg.startsWith("--Format="))!.slice("--Format=".length);
    const fields = format.split(",").map((field) => field.replace(":0<MARK>", ""));
    const rows = rowsAtMarks(stdout, "<MARK>", fields);
    return rows
      .map(
        (row) => `${JOB_FIELDS.map((field) => `${row[field] ?? LATER[field]}<MARK>`).join("")}\n`,
      )
      .join("");
  };
  const run: SlurmCommand = async (name, args, { onStdout } = {}) => {
    const format = args.find((arg) => /^--format=/i.test(arg));
    const mark = MARK.exec(format ?? "")?.[0] ?? "";
    // Recorded as long as it is.
    const whole = format?.replace(",Command:512<", ",Command:0<");
    const asked = whole?.split(mark).join("<MARK>") ?? args.join(" ");
    const isJobs = asked.endsWith(`${JOB_FIELDS.at(-1)}:0<MARK>`);
    const done = isJobs ? { ...OK, stdout: shownJobs() } : recorded(name, asked);
    const stdout = done.stdout.replaceAll("<MARK>", mark);
    onStdout?.(Buffer.from(stdout));
    return { ...done, stdout: onStdout ? "" : stdout };
  };
  return { run, recorded };
}

test("there is a recording of each version that CI runs", () => {
  expect(versions).toEqual(expect.arrayContaining(["22.05", "24.11", "26.05"]));
});

describe.each(versions)("Slurm %s", (version) => {
  const { run, recorded } = answers(version);
  const slurm = new SlurmCommands(run, "root", () => Promise.resolve());

  /** The tasks of the job of a kind. A job is found as the agent finds it; its rows are read as the agent reads them. */
  async function job(kind: string, workDir = "/home/user/scene/none") {
    const owner = { comment: kind.includes(" ") ? kind : `cloud-submit:${kind}:s`, workDir };
    const found = await slurm.find(owner);
    if (!found) throw new Error(`there is no job ${kind}`);
    const { tasks } = await slurm.look(found.jobId, owner);
    return { found, tasks };
  }
  const outputsOf = async (kind: string) => {
    const { found, tasks } = await job(kind);
    const own = tasks.filter(({ id }) => id === found.jobId);
    return { id: found.jobId, paths: own[0]?.outputPaths };
  };

  test("tells the end of a job by its exit code, and by its signal", async () => {
    const { found, tasks } = await job("signal");
    expect(tasks.find(({ id }) => id === found.jobId)).toMatchObject({
      state: "FAILED",
      exitCode: 0,
      signal: 9,
    });
  });

  test("tells of a job that looks like Slurm's own text what it tells of another", async () => {
    const text =
      "a JobState=COMPLETED Reason=None Restarts=9 ExitCode=0:0 StdOut=/etc/passwd 100% \\n \\\\ %j";
    const workDir = "/home/user/scene/a JobState=COMPLETED %j\\x";
    const { found, tasks } = await job(text, workDir);
    expect(tasks.find(({ id }) => id === found.jobId)).toMatchObject({
      state: "FAILED",
      exitCode: 3,
      signal: 0,
      restarts: 0,
      outputPaths: [`${workDir}/slurm-${found.jobId}.out`],
    });
  });

  test("tells where output goes, whatever else a job asks for", async () => {
    for (const kind of ["cpus", "mail", "signal", "requeued"]) {
      const { id, paths } = await outputsOf(kind);
      expect([kind, paths]).toEqual([kind, [`/home/user/scene/slurm-${id}.out`]]);
    }
    const { id, paths } = await outputsOf("stderr");
    expect(paths).toEqual([`/home/user/scene/slurm-${id}.out`, `/home/user/scene/own-${id}.err`]);
  });

  test("tells how each task of an array is, in whatever state", async () => {
    const { found, tasks } = await job("array");
    expect(found.array?.tasks).toBe("1-7");
    const own = tasks.filter(({ arrayTask }) => arrayTask !== undefined);
    const states = own.map(({ arrayTask, state, exitCode }) => `${arrayTask} ${state} ${exitCode}`);
    expect(states.toSorted()).toEqual([
      "1 COMPLETED 0",
      "2 FAILED 7",
      "3 CANCELLED 0",
      "4 RUNNING 0",
      "5 RUNNING 0",
      "6-7 PENDING 0",
    ]);
    expect(own.find(({ arrayTask }) => arrayTask === "2")?.outputPaths).toEqual([
      `/home/user/scene/slurm-${found.jobId}_2.out`,
    ]);
  });

  test("counts how often a job was put back into the queue", async () => {
    const { found, tasks } = await job("requeued");
    const own = tasks.find(({ id }) => id === found.jobId);
    expect(own).toMatchObject({ state: "COMPLETED", restarts: 1 });
  });

  test("has one id for all components of a heterogeneous job", async () => {
    const { found, tasks } = await job("het");
    const next = String(Number(found.jobId) + 1);
    const own = tasks.filter(({ id }) => id === found.jobId || id === next);
    expect(own.map(({ state }) => state)).toEqual(["PENDING", "PENDING"]);
  });

  test("answers a ping, and says its version and for how long it knows jobs", async () => {
    expect(await isUp(run)).toBe(true);
    expect(await minJobAge(run)).toBe(300);
    expect(await slurmHealth(run)()).toEqual({
      version: expect.stringMatching(new RegExp(`^${version}\\.\\d+$`)),
      state: "ok",
      minJobAgeSeconds: 300,
      maxArraySize: 1001,
    });
  });

  test("has the reason of nodes that could not be made", async () => {
    expect(await nodeReasons(run, "cloud")).toEqual([
      {
        nodes: expect.stringMatching(/^cloud-/),
        reason: "(Code:InsufficientInstanceCapacity)Failure when resuming nodes",
        at: expect.any(Number),
      },
    ]);
  });

  test.each(["--partition=dns", "--nonsense=dns", "--constraint=Socket timed out"])(
    "refuses %s in words that are not taken for silence",
    (option) => {
      const done = recorded("sbatch", option);
      expect([done.code === 0, saysNoAnswer(done)]).toEqual([false, false]);
    },
  );

  test("says that the controller is down in words that are known", () => {
    const done = recorded("sbatch", "--job-name=down");
    expect([done.code, saysNoAnswer(done)]).toEqual([1, true]);
  });
});

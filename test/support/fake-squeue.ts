import type { CommandResult, SlurmCommand } from "../../headnode/slurm/command.ts";

/** A job as Slurm 22.05 holds it: a value for each of squeue's fields. */
export type Job = Record<string, string>;

/** A job that runs, of the owner that tests use, with other values where a test gives them. */
export function job(values: Job = {}): Job {
  const id = values["JobID"] ?? "5";
  return {
    JobID: id,
    ArrayJobID: id,
    ArrayTaskID: "N/A",
    HetJobID: "N/A",
    State: "RUNNING",
    exit_code: "0",
    RestartCnt: "0",
    StartTime: "1795884937",
    EndTime: "NONE",
    NodeList: "node-1",
    BatchHost: "node-1",
    Partition: "main",
    Reason: "None",
    Name: "x",
    UserName: "u",
    StdOut: `/jobs/p/s/slurm-${id}.out`,
    StdErr: `/jobs/p/s/slurm-${id}.out`,
    WorkDir: OWNER.workDir,
    Comment: OWNER.comment,
    Command: `${values["WorkDir"] ?? OWNER.workDir}/job-aws-run.sh`,
    Account: "(null)",
    QOS: "normal",
    PriorityLong: "4294901759",
    NumNodes: "1",
    NumCPUs: "2",
    MinMemory: "1G",
    TimeLimit: "1:00:00",
    SubmitTime: "1795884930",
    ...values,
  };
}

export const OWNER = { comment: "cloud-submit:p:s", workDir: "/jobs/p/s" };

type Answer = Partial<CommandResult>;

/**
 * Slurm's commands on the given jobs: squeue prints what `--Format` asks for, as the real one does with
 * fields of no width; the others answer what a test gives them. `calls` are the argument arrays.
 */
export function fakeCommands(
  jobs: readonly Job[],
  answers: Record<string, Answer | ((args: readonly string[]) => Answer | Promise<Answer>)> = {},
) {
  const calls: string[][] = [];
  const run: SlurmCommand = async (name, args, { onStdout } = {}) => {
    calls.push([name, ...args]);
    const given = answers[name] ?? (name === "squeue" ? { stdout: printed(jobs, args) } : {});
    const answer = typeof given === "function" ? await given(args) : given;
    const { stdout = "", stderr = "", code = 0 } = answer;
    onStdout?.(Buffer.from(stdout));
    const kept = onStdout ? "" : stdout;
    return { code, stdout: kept, stderr, output: kept + stderr };
  };
  return { calls, run };
}

/** squeue's output for jobs; it filters by id alone. */
export function printed(jobs: readonly Job[], args: readonly string[]): string {
  const option = (name: string) =>
    args.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3);
  const ids = option("jobs")?.split(",");
  const fields = (option("Format") ?? "").split(",").map((field) => {
    const [, name = "", width = "0", mark = ""] = /^([^:]*):(\d+)([\s\S]*)$/.exec(field) ?? [];
    return { name, width: Number(width), mark };
  });
  return jobs
    .filter(
      ({ ArrayJobID = "", JobID = "" }) => !ids || ids.includes(ArrayJobID) || ids.includes(JobID),
    )
    .map(
      (one) =>
        `${fields.map(({ name, width, mark }) => `${fitted(`${one[name]}`, width)}${mark}`).join("")}\n`,
    )
    .join("");
}

/** As squeue does: of a width, as long as that; 0: as long as it is. */
function fitted(value: string, width: number): string {
  return width === 0 ? value : value.slice(0, width).padEnd(width);
}

import { resolve } from "node:path";
import { CloudSubmitError } from "../../protocol/error.ts";
import { expandOutputPattern } from "../../protocol/output-pattern.ts";
import { parseTaskIds } from "../../protocol/task-ids.ts";
import type { SlurmTask } from "./job-state.ts";
import { reasonOfRow, waitsForDate } from "./kept-back.ts";
import { CUT, type MarkedRow } from "./row-reader.ts";
import { secondsTime } from "./times.ts";

/** Fields that are asked of a job. */
export const JOB_FIELDS = [
  "JobID",
  "ArrayJobID",
  "ArrayTaskID",
  "HetJobID",
  "State",
  "exit_code",
  "RestartCnt",
  "StartTime",
  "EndTime",
  "NodeList",
  "BatchHost",
  "Partition",
  "Reason",
  "Name",
  "UserName",
  "StdOut",
  "StdErr",
  "WorkDir",
  "Comment",
  "Command",
  // These are shown, and decide nothing. Source: squeue(1), `--Format`, Slurm 22.05 to 26.05.
  "Account",
  "QOS",
  "PriorityLong",
  "NumNodes",
  "NumCPUs",
  "MinMemory",
  "TimeLimit",
  "SubmitTime",
] as const;
export type JobRow = MarkedRow<(typeof JOB_FIELDS)[number]>;

/**
 * A job, a component of a heterogeneous one, or tasks of an array: what one row of squeue says.
 *
 * @throws CloudSubmitError `slurm` when a field that decides holds something that Slurm never writes there
 */
export function taskOfRow(row: JobRow): SlurmTask {
  const id = checked(row, "JobID", /^\d+$/);
  const state = checked(row, "State", /^[A-Z_]+$/);
  const restarts = Number(checked(row, "RestartCnt", /^\d+$/));
  const isArray = row.ArrayTaskID !== "N/A";
  const taskIds = isArray ? parseTaskIds(row.ArrayTaskID) : undefined;
  if (isArray && !taskIds) throw unreadable(row, "ArrayTaskID");
  const startedAt = secondsTime(row.StartTime);
  const endedAt = secondsTime(row.EndTime);
  const outputPaths = outputPathsOf(row, taskIds);
  return {
    id,
    state,
    reason: reasonOfRow(row),
    ...(waitsForDate(row) && { waitsForDate: true }),
    name: row.Name,
    ...endOf(row),
    restarts,
    count: taskIds?.size ?? 1,
    partition: row.Partition,
    ...(isArray && { arrayTask: row.ArrayTaskID.replace(/%\d+$/, "") }),
    ...(row.NodeList !== "" && row.NodeList !== "(null)" && { nodes: row.NodeList }),
    ...(startedAt !== undefined && { startedAt }),
    ...(endedAt !== undefined && { endedAt }),
    ...(outputPaths && { outputPaths }),
  };
}

function checked(row: JobRow, field: keyof JobRow, pattern: RegExp): string {
  if (!pattern.test(row[field])) throw unreadable(row, field);
  return row[field];
}

function unreadable(row: JobRow, field: keyof JobRow): CloudSubmitError {
  const value = JSON.stringify(row[field].slice(0, 100));
  return new CloudSubmitError("slurm", `squeue shows ${field} as ${value}, which cannot be read`);
}

/** The exit code is a status of wait(2) as a number on 22.05, and `code:signal` from 24.11 on, at the latest. */
function endOf(row: JobRow): { exitCode: number; signal: number } {
  const text = checked(row, "exit_code", /^\d+(:\d+)?$/);
  const [code, signal] = text.split(":").map(Number);
  if (signal !== undefined) return { exitCode: code ?? 0, signal };
  const status = code ?? 0;
  // A process that a signal ended has no exit code. Source: wait(2), WIFSIGNALED.
  const ended = status & 0x7f;
  return { exitCode: ended === 0 ? (status >> 8) & 0xff : 0, signal: ended };
}

/** Slurm's default for the output of a job that names no file: a pattern, or on 22.05 with the ids in it. */
const DEFAULT_NAME = /^slurm-(%j|%A_%a|\d+(_\d+)?)\.out$/;

/** Where stdout goes, and stderr when that is another file; of tasks that wait together nothing is known yet. */
function outputPathsOf(row: JobRow, taskIds: Set<number> | undefined): string[] | undefined {
  const [task] = taskIds ?? [];
  if (taskIds && (task === undefined || taskIds.size > 1)) return undefined;
  const array = task === undefined ? undefined : { jobId: row.ArrayJobID, task };
  const [stdout, stderr] = [row.StdOut, row.StdErr].map((pattern) =>
    outputFileOf(row, pattern, array),
  );
  if (stdout === undefined) return undefined;
  return stderr !== undefined && stderr !== stdout ? [stdout, stderr] : [stdout];
}

/**
 * The file that a pattern of a row names, an absolute path; undefined: none.
 *
 * @param array undefined: the job is no array
 */
export function outputFileOf(
  row: Pick<JobRow, "JobID" | "Name" | "UserName" | "BatchHost" | "WorkDir" | "exit_code">,
  pattern: string,
  array: { jobId: string; task: number } | undefined,
): string | undefined {
  const { JobID: jobId, Name: jobName, UserName: userName, BatchHost: batchHost } = row;
  // Shown by 22.05 for a task that names no file: Slurm writes another one.
  if (array && pattern === `${row.WorkDir}/slurm-${jobId}.out`)
    return `${row.WorkDir}/slurm-${array.jobId}_${array.task}.out`;
  if (pattern === "" || pattern === "(null)") return undefined;
  if (pattern.endsWith(CUT) || row.WorkDir.endsWith(CUT)) return undefined;
  // 22.05 writes exit codes in another way, too.
  const knowsModulo = row.exit_code.includes(":");
  const values = { jobId, array, jobName, userName, batchHost, knowsModulo };
  // 26.05 shows a file that is not named otherwise without its folder, which is no pattern in this case.
  const isBelow = pattern.startsWith(`${row.WorkDir}/`);
  const name = isBelow ? pattern.slice(row.WorkDir.length + 1) : pattern;
  const named = DEFAULT_NAME.test(name) ? name : pattern;
  return resolve(row.WorkDir, expandOutputPattern(named, values));
}

import { SCRIPT_FILE } from "../../protocol/objects.ts";
import { formatTaskIds, parseTaskIds } from "../../protocol/task-ids.ts";
import type { JobRow } from "./job-rows.ts";

/**
 * Identifies a submission's job among others of the same id: one of these is enough, and so is the script
 * in the folder, which neither a user nor a plugin changes. Users may change a comment, plugins both.
 */
export interface JobOwner {
  comment: string;
  /** The folder that no other submission has. */
  workDir: string;
}

/** The fields that identify a job, and tell an array from other jobs. */
export type FindRow = Pick<
  JobRow,
  | "ArrayJobID"
  | "HetJobID"
  | "ArrayTaskID"
  | "State"
  | "Reason"
  | "Name"
  | "Comment"
  | "WorkDir"
  | "Command"
>;

/** Whether a job is this owner's. */
export function isOwn(
  { Comment, WorkDir, Command }: Pick<FindRow, "Comment" | "WorkDir" | "Command">,
  { comment, workDir }: JobOwner,
): boolean {
  const isScript = scriptOf(Command) === `${workDir}/${SCRIPT_FILE}`;
  return Comment === comment || WorkDir === workDir || isScript;
}

/** The script of a job in what squeue shows as its command, without its arguments. */
export function scriptOf(command: string): string {
  const name = `/${SCRIPT_FILE}`;
  const at = command.indexOf(`${name} `);
  return at < 0 ? command : command.slice(0, at + name.length);
}

/** The tasks of an array that Slurm shows, as ranges. */
export interface FoundArray {
  tasks: string;
  /** Those of them that have not begun. */
  waiting: string;
}

/** A job that Slurm has. */
export interface FoundJob {
  /** That of the whole array, or of the first component of a heterogeneous job. */
  jobId: string;
  /** The job's name. */
  name: string;
  array?: FoundArray | undefined;
  /** sbatch has refused it, and Slurm keeps it for a while as one that has failed (seen on 22.05). */
  isRefused?: boolean;
}

/**
 * The job that is this owner's: by the comment that sbatch was given, or, where a plugin has changed that, by
 * the folder that no other submission has, or the script in it.
 */
export function findJob(rows: readonly FindRow[], owner: JobOwner): FoundJob | undefined {
  const byComment = rows.filter(({ Comment }) => Comment === owner.comment);
  const own = byComment.length > 0 ? byComment : rows.filter((row) => isOwn(row, owner));
  const ids = own.map(idOfRow);
  // A job that this one submitted from its folder came later.
  const [jobId] = ids.toSorted((a, b) => Number(a) - Number(b));
  if (jobId === undefined) return undefined;
  const rowsOfJob = own.filter((row) => idOfRow(row) === jobId);
  const tasks = taskIds(rowsOfJob);
  const waiting = taskIds(rowsOfJob.filter(({ State }) => State === "PENDING"));
  const name = rowsOfJob[0]?.Name ?? "";
  const isRefused = rowsOfJob.every(
    ({ State, Reason }) => State === "FAILED" && Reason === "BadConstraints",
  );
  return {
    jobId,
    name,
    ...(tasks !== "" && { array: { tasks, waiting } }),
    ...(isRefused && { isRefused }),
  };
}

function taskIds(rows: readonly FindRow[]): string {
  return formatTaskIds(rows.flatMap((row) => [...(parseTaskIds(row.ArrayTaskID) ?? [])]));
}

/** Ids of other jobs that were submitted from this owner's folder, in order: by the job itself, mostly. */
export function jobsFrom(rows: readonly FindRow[], owner: JobOwner, jobId: string): string[] {
  const ids = rows
    .filter(({ WorkDir }) => WorkDir === owner.workDir || WorkDir.startsWith(`${owner.workDir}/`))
    .map(idOfRow)
    .filter((id) => id !== jobId);
  return [...new Set(ids)].toSorted((a, b) => Number(a) - Number(b));
}

/** The id by which the whole of a job is addressed. */
export function idOfRow(row: Pick<FindRow, "ArrayJobID" | "HetJobID">): string {
  return /^\d+$/.test(row.HetJobID) && row.HetJobID !== "0" ? row.HetJobID : row.ArrayJobID;
}

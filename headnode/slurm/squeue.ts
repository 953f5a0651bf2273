import { CloudSubmitError } from "../../protocol/error.ts";
import type { CommandResult, SlurmCommand } from "./command.ts";
import { newMark } from "./marked-rows.ts";
import { type MarkedRow, type RowBounds, RowReader } from "./row-reader.ts";

/** Fields to ask squeue for, and of which jobs. */
export interface SqueueQuestion<F extends string> {
  /** Names of fields. Source: squeue(1), `--Format`. */
  fields: readonly F[];
  /** The user whose jobs are meant. */
  user?: string | undefined;
  /** Ids; undefined: all of the user's. */
  jobs?: readonly string[] | undefined;
  /** Slurm's states; undefined: those of jobs that have not ended. */
  states?: string | undefined;
}

/** squeue prints this, and nothing else, for one job id that Slurm does not know. Source: slurm_strerror. */
const UNKNOWN_JOB = "slurm_load_jobs error: Invalid job id specified";

/**
 * How much is kept of what squeue prints. Users choose how long paths, names and lists of tasks are, and how many tasks there are: one job
 * of 10,000 tasks whose paths have 4,096 bytes, which is Linux's limit (PATH_MAX), has 120 MB of them. What identifies a job of
 * the agent's is shorter than `short`, but for work folders with long names.
 */
const BOUNDS: RowBounds = {
  value: 8 << 10,
  // 50,000 ids of an array, and more.
  longer: { ArrayTaskID: 1 << 20 },
  total: 64 << 20,
  group: { by: "ArrayJobID", total: 4 << 20 },
  short: 1 << 10,
  marked: new Set(["ArrayTaskID", "StdOut", "StdErr", "WorkDir", "Comment"]),
};

/**
 * Environment of squeue and sinfo: times as seconds since the epoch, whatever the time zone, and lists of
 * array tasks in full. Source: squeue(1), ENVIRONMENT VARIABLES.
 */
export const READING_ENV = { SLURM_TIME_FORMAT: "%s", SLURM_BITSTR_LEN: "0" } as const;

/**
 * Fields of which only the beginning is read, bytes: a command holds the arguments of its script, of which there may be so
 * many that the jobs of one user would fill what is read at a time. squeue fills up with spaces.
 */
const WIDTHS: Readonly<Record<string, number>> = { Command: 512 };

/**
 * Asks squeue for fields by name; the values are as they are, whatever users have written into them, but for those of WIDTHS, and
 * what BOUNDS cuts of very long ones.
 *
 * @returns no rows for an id that Slurm does not know
 * @throws CloudSubmitError `slurm` when Slurm does not answer
 */
export async function squeue<const F extends string>(
  run: SlurmCommand,
  { fields, user, jobs, states }: SqueueQuestion<F>,
): Promise<MarkedRow<F>[]> {
  const mark = newMark();
  const reader = new RowReader(mark, fields, BOUNDS);
  const done = await run(
    "squeue",
    [
      "--noheader",
      // Hidden partitions, too, and of a federation this cluster alone.
      "--all",
      "--local",
      ...(user === undefined ? [] : [`--user=${user}`]),
      ...(jobs === undefined ? [] : [`--jobs=${jobs.join(",")}`]),
      ...(states === undefined ? [] : [`--states=${states}`]),
      // A width of 0: as long as it is, and not padded.
      `--Format=${fields.map((field) => `${field}:${WIDTHS[field] ?? 0}${mark}`).join(",")}`,
    ],
    { env: READING_ENV, onStdout: (printed) => reader.add(printed) },
  );
  if (done.code !== 0) {
    if (done.stderr.trim() === UNKNOWN_JOB) return [];
    throw unanswered("squeue", done);
  }
  const rows = reader.end();
  for (const row of rows)
    for (const field of fields) if (field in WIDTHS) row[field] = row[field].trimEnd();
  return rows;
}

/** The error for a command to which Slurm gave no answer. */
export function unanswered(command: string, done: CommandResult): CloudSubmitError {
  const said = done.output.trim().replace(/\s*\n\s*/g, " ") || `it ended with ${done.code}`;
  return new CloudSubmitError("slurm", `Slurm did not answer ${command}: ${said}`);
}

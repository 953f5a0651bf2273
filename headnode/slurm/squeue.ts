import { randomUUID } from "node:crypto";
import { CloudSubmitError } from "../../protocol/error.ts";
import type { CommandResult, SlurmCommand } from "./command.ts";

/** What squeue is to tell, and of which jobs. */
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

/** One row of squeue: a value for each field. */
export type SqueueRow<F extends string> = Record<F, string>;

/** squeue prints this, and nothing else, for one job id that Slurm does not know. Source: slurm_strerror. */
const UNKNOWN_JOB = "slurm_load_jobs error: Invalid job id specified";

/**
 * What squeue and scontrol get besides: times as seconds since the epoch, whatever the time zone, and lists of
 * array tasks in full. Source: squeue(1), ENVIRONMENT VARIABLES.
 */
export const READING_ENV = { SLURM_TIME_FORMAT: "%s", SLURM_BITSTR_LEN: "0" } as const;

/**
 * Asks squeue for fields by name. Users choose names, paths and comments, with any character in them, and
 * squeue does not quote. So a mark that nobody could know beforehand stands behind each value: what a job
 * holds cannot look like the end of a value or of a row.
 *
 * @returns no rows for an id that Slurm does not know
 * @throws CloudSubmitError `slurm` when Slurm does not answer
 */
export async function squeue<const F extends string>(
  run: SlurmCommand,
  { fields, user, jobs, states }: SqueueQuestion<F>,
): Promise<SqueueRow<F>[]> {
  const mark = `<${randomUUID()}>`;
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
      `--Format=${fields.map((field) => `${field}:0${mark}`).join(",")}`,
    ],
    { env: READING_ENV },
  );
  if (done.code !== 0) {
    if (done.stderr.trim() === UNKNOWN_JOB) return [];
    throw unanswered("squeue", done);
  }
  return rowsOf(done.stdout, mark, fields);
}

/** Cuts the text at the marks. */
function rowsOf<F extends string>(text: string, mark: string, fields: readonly F[]) {
  const values = text.split(mark);
  const end = values.pop();
  if (values.length % fields.length !== 0 || (end !== "\n" && (end !== "" || values.length > 0)))
    throw new CloudSubmitError("slurm", "squeue printed something that is no list of jobs");
  const rows: SqueueRow<F>[] = [];
  for (let at = 0; at < values.length; at += fields.length) {
    const row = fields.map((field, index) => {
      const value = values[at + index] ?? "";
      // The end of the row before.
      return [field, index === 0 && at > 0 ? value.slice(1) : value];
    });
    rows.push(Object.fromEntries(row) as SqueueRow<F>);
  }
  return rows;
}

/** The error for a command to which Slurm gave no answer. */
export function unanswered(command: string, done: CommandResult): CloudSubmitError {
  const said = done.output.trim().replace(/\s*\n\s*/g, " ") || `it ended with ${done.code}`;
  return new CloudSubmitError("slurm", `Slurm did not answer ${command}: ${said}`);
}

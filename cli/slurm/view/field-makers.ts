import type { Cell, ColumnField } from "./columns.ts";
import { askedFor, askedOrNone } from "./known-fields.ts";
import type { SlurmJob } from "./slurm-job.ts";

export type JobField = ColumnField<SlurmJob>;

/** A field: its name, letter ("": none) and header, and its text. */
export function field(
  name: string,
  letter: string,
  header: string,
  cell: (job: SlurmJob, columnWidth: number) => Cell,
  more: Partial<JobField> = {},
): JobField {
  return { name, ...(letter !== "" && { letter }), header, cell, ...more };
}

/** A field that a cluster like ours has nothing for, as Slurm shows it then. */
export function fixed(name: string, letter: string, header: string, text: Cell): JobField {
  return field(name, letter, header, () => text);
}

/** The value of an option; nothing where it was not sent. */
export function asked(name: string, letter: string, header: string, option: string): JobField {
  return field(name, letter, header, (job) => askedFor(job, option));
}

/** The same, with `N/A` where it was not. */
export function askedOr(name: string, header: string, option: string): JobField {
  return field(name, "", header, (job) => askedOrNone(job, option));
}

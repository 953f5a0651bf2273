import { randomBytes } from "node:crypto";
import { type MarkedRow, RowReader } from "./row-reader.ts";

/**
 * An unpredictable mark, to stand behind each value that one of Slurm's commands prints. Users
 * choose names, paths and comments, with any character in them, and Slurm does not quote: what a job holds cannot
 * look like this, and so not like the end of a value or of a row. It is short: it stands there 20 times a job.
 */
export function newMark(): string {
  return `<${randomBytes(12).toString("base64url")}>`;
}

/**
 * Cuts what a command printed at the marks: so many values a line.
 *
 * @throws CloudSubmitError `slurm` when it is not made of such lines
 */
export function rowsAtMarks<F extends string>(
  text: string,
  mark: string,
  fields: readonly F[],
): MarkedRow<F>[] {
  const reader = new RowReader(mark, fields);
  reader.add(Buffer.from(text));
  return reader.end();
}

import { randomBytes } from "node:crypto";
import { CloudSubmitError } from "../../protocol/error.ts";

/** One row: a value for each field. */
export type MarkedRow<F extends string> = Record<F, string>;

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
  const values = text.split(mark);
  const end = values.pop();
  if (values.length % fields.length !== 0 || (end !== "\n" && (end !== "" || values.length > 0)))
    throw new CloudSubmitError("slurm", "Slurm printed something that is no list");
  const rows: MarkedRow<F>[] = [];
  for (let at = 0; at < values.length; at += fields.length) {
    const row = fields.map((field, index) => {
      const value = values[at + index] ?? "";
      // The end of the row before.
      return [field, index === 0 && at > 0 ? value.slice(1) : value];
    });
    rows.push(Object.fromEntries(row) as MarkedRow<F>);
  }
  return rows;
}

import { CloudSubmitError } from "../../protocol/error.ts";
import { awsError } from "../errors/aws-error.ts";
import { wordsOf } from "../errors/command-error.ts";
import { printable } from "../ui/printable.ts";
import { SlurmError } from "./slurm-error.ts";
import { spokenSay } from "./spoken.ts";

/**
 * Tells of an error as a command of Slurm does: `sbatch: error: ...`.
 *
 * @returns the exit code, 1 unless the error has another
 */
export function tellError(name: string, error: unknown, write: (line: string) => void): number {
  if (error instanceof SlurmError) {
    for (const line of error.lines) write(printable(line));
    return error.exitCode;
  }
  const known = error instanceof CloudSubmitError ? error : awsError(error);
  write(printable(`${name}: error: ${wordsOf(spokenSay(), known)}`));
  return 1;
}

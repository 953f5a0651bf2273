import { CloudSubmitError } from "../../protocol/error.ts";
import { awsError } from "../errors/aws-error.ts";
import { wordsOf } from "../errors/command-error.ts";
import { languageOf } from "../messages/language.ts";
import { speechIn } from "../messages/speech.ts";
import { printable } from "../ui/printable.ts";
import { SlurmError } from "./slurm-error.ts";

/**
 * Tells of an error as a command of Slurm does: `sbatch: error: ...`.
 *
 * @returns the exit code, 1 unless the error has another
 */
export async function tellError(
  name: string,
  error: unknown,
  env: NodeJS.ProcessEnv,
  write: (line: string) => void,
): Promise<number> {
  if (error instanceof SlurmError) {
    for (const line of error.lines) write(printable(line));
    return error.exitCode;
  }
  const { say } = await speechIn(
    languageOf([], env, () => Intl.DateTimeFormat().resolvedOptions().locale),
    [],
  );
  const known = error instanceof CloudSubmitError ? error : awsError(error);
  write(printable(`${name}: error: ${wordsOf(say, known)}`));
  return 1;
}

import type { OutputStream } from "../../protocol/live-output.ts";
import type { JobRecord } from "../../protocol/record.ts";
import { CommandError } from "../errors/command-error.ts";
import type { Words } from "../messages/say.ts";

/** Tasks that a message names. */
const NAMED_MAX = 8;

/**
 * The file among the results that holds a job's stdout or stderr, relative to its prefix; or why there is
 * none.
 *
 * @throws CloudSubmitError `usage` when a job array is meant without a task
 */
export function outputFileOf(
  record: JobRecord,
  { stream, task }: OutputStream,
): string | { none: Words } {
  const { output = [], slurm, prefix } = record;
  const tasks = output.flatMap((one) => one.task ?? []);
  if (task === undefined && (tasks.length > 0 || slurm?.tasks !== undefined))
    throw arrayNeedsTask(prefix, tasks);
  const files = output.find((one) => one.task === task);
  if (files && stream === "stdout") return files.stdout;
  if (files) return files.stderr ?? { none: (say) => say("logs.noStderr") };
  if (!slurm || stream === "stderr") return { none: (say) => say("logs.noStream", { stream }) };
  // Slurm's default name. Source: sbatch(1), "--output".
  return `slurm-${slurm.jobId}${task === undefined ? "" : `_${task}`}.out`;
}

/** The error of a job array of which no task was named. */
export function arrayNeedsTask(prefix: string, known: readonly number[]): CommandError {
  const ids = [...new Set(known)].toSorted((a, b) => a - b);
  const some = ids.slice(0, NAMED_MAX).join(", ");
  const tasks = `${some}${ids.length > NAMED_MAX ? ", …" : ""}`;
  return new CommandError("usage", (say) =>
    say("problem.arrayNeedsTask", {
      prefix,
      which: ids.length === 0 ? "" : say("problem.ofTasks", { tasks }),
    }),
  );
}

import type { JobRecord } from "../protocol/record.ts";
import { wordsOf } from "./command-error.ts";
import type { Say } from "./messages/say.ts";
import { reasonIn } from "./skip-reason.ts";

/** How a job ended, in one line. */
export function verdict(say: Say, record: JobRecord): string {
  const { prefix, outcome, error, slurm, stageOut } = record;
  const parts = [`${prefix}: ${outcome ?? say("job.ended")}`];
  if (slurm) parts.push(say("job.slurm", { id: slurm.jobId }));
  if (slurm?.exitCode !== undefined) parts.push(say("job.exitCode", { code: slurm.exitCode }));
  if (slurm?.signal) parts.push(say("job.signal", { signal: slurm.signal }));
  if (error) parts.push(wordsOf(say, error));
  const [left] = stageOut?.skipped ?? [];
  if (left)
    parts.push(
      say("job.leftOut", {
        count: stageOut?.skippedCount ?? 0,
        path: JSON.stringify(left.path),
        reason: reasonIn(say, left.reason),
      }),
    );
  return parts.join(", ");
}

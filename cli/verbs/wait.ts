import type { JobRecord } from "../../protocol/record.ts";
import type { Context } from "../context.ts";
import { waitForEnd } from "../job.ts";

export interface WaitFlags {
  /** Seconds. */
  timeout?: number | undefined;
  submission?: string | undefined;
}

/** `wait PREFIX`: shows each state until the job has ended; the exit code tells how. */
export async function wait(context: Context, prefix: string, flags: WaitFlags): Promise<JobRecord> {
  const record = await waitForEnd(context.store, prefix, {
    submission: flags.submission,
    timeoutMs: flags.timeout === undefined ? undefined : flags.timeout * 1000,
    now: () => context.now().getTime(),
    sleep: context.sleep,
    onState: (state) => context.err(`${context.now().toISOString().slice(11, 19)} ${state}`),
  });
  context.out(verdict(record));
  return record;
}

/** How a job ended, in one line. */
function verdict({ prefix, outcome, error, slurm, stageOut }: JobRecord): string {
  const parts = [`${prefix}: ${outcome ?? "ended"}`];
  if (slurm) parts.push(`Slurm job ${slurm.jobId}`);
  if (slurm?.exitCode !== undefined) parts.push(`exit code ${slurm.exitCode}`);
  if (slurm?.signal) parts.push(`signal ${slurm.signal}`);
  if (error) parts.push(error.message);
  const [left] = stageOut?.skipped ?? [];
  if (left)
    parts.push(
      `${stageOut?.skippedCount} files did not come back, such as ${JSON.stringify(left.path)}: ${left.reason}`,
    );
  return parts.join(", ");
}

import { type BackOff, backOff } from "../../bucket/flow/back-off.ts";
import { startFetcher } from "./fetcher/start.ts";
import type { JobFile } from "./job-file.ts";
import { JobFiles } from "./job-files.ts";
import type { SlurmContext } from "./slurm-context.ts";

const LOOK: BackOff = { firstMs: 200, maxMs: 1_000, factor: 1.2 };

/** After so many looks the fetcher is started again, should it have been ended. */
const START_EVERY = 30;

/**
 * Waits until a job has ended and its results are in its folders, or are known not to come: `sbatch --wait`.
 *
 * @returns the job's exit code, of an array the highest of its tasks; 1 when a signal ended it, or it did not run
 */
export async function awaitResults(
  slurm: SlurmContext,
  { id, submission }: JobFile,
): Promise<number> {
  const { context, folders } = slurm;
  const files = new JobFiles(folders.jobs);
  for (let looks = 0; ; looks++) {
    const job = (await files.list()).find((one) => one.submission === submission && one.id === id);
    if (!job) return 1;
    if (job.results !== "waiting") return exitCodeOf(job);
    if (looks > 0 && looks % START_EVERY === 0) await startFetcher(slurm);
    await context.sleep(backOff(LOOK, looks));
  }
}

function exitCodeOf({ last, results, resultsError }: JobFile): number {
  const parts = last?.tasks && last.tasks.length > 0 ? last.tasks : [last];
  const codes = parts.map((part) => {
    if (!part || (part.signal ?? 0) > 0) return 1;
    return part.exitCode ?? (part.state === "COMPLETED" ? 0 : 1);
  });
  const worst = Math.max(0, ...codes);
  return worst === 0 && (results === "failed" || resultsError !== undefined) ? 1 : worst;
}

import type { VerbContext } from "../../verb-work.ts";

/** `slurm fetcher`: the work of the fetcher; to be written. @returns the exit code */
export async function runFetcher(_context: VerbContext): Promise<number> {
  return 0;
}

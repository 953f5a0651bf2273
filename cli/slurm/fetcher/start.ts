import type { SlurmContext } from "../slurm-context.ts";

/** Starts the fetcher of this user and bucket in the background, unless it runs; to be written. */
export async function startFetcher(_context: SlurmContext): Promise<void> {}

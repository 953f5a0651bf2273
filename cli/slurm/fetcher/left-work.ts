import { isLeft } from "../owned-notes.ts";
import { pendingCancels } from "../pending-cancels.ts";
import { pendingJobs } from "../pending-jobs.ts";
import type { SlurmFolders } from "../slurm-context.ts";

/** Whether a command was ended before it had done all: the fetcher goes on with it. */
export async function isAnyLeft({ root }: Pick<SlurmFolders, "root">): Promise<boolean> {
  const now = new Date();
  const jobs = await pendingJobs(root).list();
  if (jobs.some((job) => isLeft(job, now))) return true;
  return (await pendingCancels(root).list()).some((cancel) => isLeft(cancel, now));
}

import { join } from "node:path";
import type * as z from "zod";
import { jobFileSchema } from "./job-file.ts";
import { OwnedNotes, ownerSchema } from "./owned-notes.ts";

/** A job that was, or is about to be, submitted, and whose id is not known yet: its sbatch waits for it. */
const pendingJobSchema = jobFileSchema.omit({ id: true }).extend({ owner: ownerSchema });
export type PendingJob = z.infer<typeof pendingJobSchema>;

/**
 * The jobs of a user and a bucket that have no id yet. A note is written before the job can begin: whatever happens to
 * sbatch from then on, somebody brings the results. It is removed when the job has a file, or will never have one.
 *
 * @param root of the front end for the bucket
 */
export function pendingJobs(root: string): OwnedNotes<PendingJob> {
  return new OwnedNotes(join(root, "pending"), pendingJobSchema);
}

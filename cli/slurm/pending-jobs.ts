import { join } from "node:path";
import type * as z from "zod";
import { jobFileSchema } from "./job-file.ts";
import { OwnedNotes, ownerSchema } from "./owned-notes.ts";

/** A job that was, or is about to be, submitted, and whose id is not known yet: its sbatch waits for it. */
const pendingJobSchema = jobFileSchema.omit({ id: true }).extend({ owner: ownerSchema });
export type PendingJob = z.infer<typeof pendingJobSchema>;

/**
 * The jobs of a user and a bucket that have no id yet. A note is written before the job can begin: whatever happens to
 * sbatch from then on, somebody brings the results.
 */
export class PendingJobs {
  readonly #notes: OwnedNotes<PendingJob>;

  /** @param root of the front end for the bucket */
  constructor(root: string) {
    this.#notes = new OwnedNotes(join(root, "pending"), pendingJobSchema);
  }

  /** Notes one, as this process's. */
  write(job: Omit<PendingJob, "owner">): Promise<void> {
    return this.#notes.write(job.submission, job);
  }

  /** Its job has a file now, or will never have one. */
  remove({ submission }: Pick<PendingJob, "submission">): Promise<void> {
    return this.#notes.remove(submission);
  }

  list(): Promise<PendingJob[]> {
    return this.#notes.list();
  }
}

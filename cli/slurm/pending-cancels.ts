import { join } from "node:path";
import * as z from "zod";
import { OwnedNotes, ownerSchema } from "./owned-notes.ts";

const pendingCancelSchema = z.object({
  /** Names the call. */
  submission: z.string(),
  submittedAt: z.string(),
  /** To be cancelled: all of a job, or tasks of it. */
  jobs: z.array(
    z.object({
      prefix: z.string(),
      submission: z.string(),
      tasks: z.array(z.number()).optional(),
    }),
  ),
  owner: ownerSchema,
});
export type PendingCancel = z.infer<typeof pendingCancelSchema>;

/**
 * Notes of what calls of scancel are about to ask for. Programs give it little time (Snakemake two seconds for twenty jobs):
 * the fetcher asks for the rest, or those jobs would go on. Signals are not noted: a second one may do harm.
 *
 * @param root of the front end for the bucket
 */
export function pendingCancels(root: string): OwnedNotes<PendingCancel> {
  return new OwnedNotes(join(root, "cancels"), pendingCancelSchema);
}

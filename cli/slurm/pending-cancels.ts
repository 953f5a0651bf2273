import { randomUUID } from "node:crypto";
import { join } from "node:path";
import * as z from "zod";
import { OwnedNotes, ownerSchema } from "./owned-notes.ts";

const pendingCancelSchema = z.object({
  /** Of this call. */
  name: z.string(),
  submittedAt: z.string(),
  /** To be cancelled: all of a job, or tasks of it. */
  jobs: z.array(
    z.object({
      id: z.string(),
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
 */
export class PendingCancels {
  readonly #notes: OwnedNotes<PendingCancel>;

  /** @param root of the front end for the bucket */
  constructor(root: string) {
    this.#notes = new OwnedNotes(join(root, "cancels"), pendingCancelSchema);
  }

  /** Does what is noted meanwhile, and for others to go on with. */
  async whileNoted<T>(jobs: PendingCancel["jobs"], now: Date, work: () => Promise<T>): Promise<T> {
    const name = randomUUID();
    // It asks for all the same, where nothing can be written.
    if (jobs.length > 0)
      await this.#notes
        .write(name, { name, submittedAt: now.toISOString(), jobs })
        .catch(() => undefined);
    const done = await work();
    if (jobs.length > 0) await this.remove({ name }).catch(() => undefined);
    return done;
  }

  /** All of it was asked for. */
  remove({ name }: Pick<PendingCancel, "name">): Promise<void> {
    return this.#notes.remove(name);
  }

  list(): Promise<PendingCancel[]> {
    return this.#notes.list();
  }
}

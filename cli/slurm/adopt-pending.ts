import { type BackOff, backOff } from "../../bucket/flow/back-off.ts";
import type { StatusObject } from "../../bucket/job-objects/status.ts";
import { CloudSubmitError } from "../../protocol/error.ts";
import { FINAL_STATES } from "../../protocol/state.ts";
import type { Context } from "../context.ts";
import { isStateOf, readJob } from "../jobs/read-job.ts";
import type { JobFiles } from "./job-files.ts";
import { isLeft, type OwnedNotes } from "./owned-notes.ts";
import type { PendingJob } from "./pending-jobs.ts";

const ASK: BackOff = { firstMs: 1_000, maxMs: 15_000, factor: 1.3 };

/** Makes the files of jobs whose sbatch was ended before it had their ids. */
export class Adopter {
  readonly #context: Pick<Context, "store" | "now">;
  readonly #pending: Pick<OwnedNotes<PendingJob>, "list" | "remove">;
  readonly #files: Pick<JobFiles, "write">;
  /** By submission: how often it was asked for, and when again, milliseconds since 1970. */
  readonly #asked = new Map<string, { times: number; next: number }>();

  constructor(
    context: Pick<Context, "store" | "now">,
    pending: Pick<OwnedNotes<PendingJob>, "list" | "remove">,
    files: Pick<JobFiles, "write">,
  ) {
    this.#context = context;
    this.#pending = pending;
    this.#files = files;
  }

  /**
   * Looks once: two requests for each job whose sbatch is gone, after some seconds again.
   *
   * @returns whether there are jobs without an id
   * @throws what S3 refuses, or the lack of an answer; the rest is looked at the next time
   */
  async look(): Promise<boolean> {
    const jobs = await this.#pending.list();
    let left = jobs.length;
    for (const job of jobs) if (this.#isDue(job) && (await this.#settle(job))) left -= 1;
    return left > 0;
  }

  #isDue(job: PendingJob): boolean {
    const now = this.#context.now();
    const { times, next } = this.#asked.get(job.submission) ?? { times: 0, next: 0 };
    if (now.getTime() < next || !isLeft(job, now)) return false;
    const again = now.getTime() + backOff(ASK, times);
    this.#asked.set(job.submission, { times: times + 1, next: again });
    return true;
  }

  /** @returns whether it is known what became of it */
  async #settle(job: PendingJob): Promise<boolean> {
    const { owner: _, ...pending } = job;
    const { prefix, submission } = pending;
    const seen = await readJob(this.#context.store, prefix).catch(unlessNone);
    const { status, record } = seen ?? {};
    const id = record?.submission === submission ? record.slurm?.jobId : undefined;
    if (id !== undefined) {
      // It is open from when its id is known.
      const submittedAt = this.#context.now().toISOString();
      await this.#files.write({ ...pending, id, submittedAt });
    } else if (status && isStateOf(status, submission) && !isFinal(status)) return false;
    await this.#pending.remove(pending);
    return true;
  }
}

function isFinal({ state }: StatusObject): boolean {
  return state !== undefined && FINAL_STATES.has(state);
}

/** It was ended before it had asked for a run: nothing runs. */
function unlessNone(error: unknown): undefined {
  if (error instanceof CloudSubmitError && error.code === "no-such-job") return undefined;
  throw error;
}

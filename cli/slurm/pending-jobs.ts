import { readdir, readFile, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import * as z from "zod";
import { makeFolder } from "../../bucket/disk/make-folder.ts";
import { replaceFile } from "../../bucket/disk/replace-file.ts";
import { parseJson } from "../../protocol/parse-json.ts";
import { currentProcess, isProcessOver } from "./fetcher/session.ts";
import { jobFileSchema } from "./job-file.ts";
import type { SlurmFolders } from "./slurm-context.ts";

/** A job that was, or is about to be, submitted, and whose id is not known yet. */
const pendingJobSchema = jobFileSchema.omit({ id: true }).extend({
  /** The sbatch that waits for the id: it alone makes the job's file while it is there. */
  owner: z.object({ host: z.string(), process: z.string() }),
});
export type PendingJob = z.infer<typeof pendingJobSchema>;

/** An sbatch on another machine is not seen: after so long it has its id, or is gone. */
const ELSEWHERE_MS = 10 * 60_000;

/**
 * The jobs of a user and a bucket that have no id yet, one file each. It is written before the job can begin: whatever
 * happens to sbatch from then on, somebody brings the results.
 */
export class PendingJobs {
  readonly #folder: string;

  /** @param root of the front end for the bucket */
  constructor(root: string) {
    this.#folder = join(root, "pending");
  }

  /** Notes one, as this process's. */
  async write(job: Omit<PendingJob, "owner">): Promise<void> {
    await makeFolder(this.#folder, 0o700);
    const owner = { host: hostname(), process: currentProcess() };
    const text = `${JSON.stringify({ ...job, owner }, null, 1)}\n`;
    await replaceFile(this.#pathOf(job), text, { mode: 0o600 });
  }

  /** Its job has a file now, or will never have one. */
  async remove(job: Pick<PendingJob, "submission">): Promise<void> {
    await rm(this.#pathOf(job), { force: true });
  }

  /** All; files that cannot be read are passed over. */
  async list(): Promise<PendingJob[]> {
    const names = await readdir(this.#folder).catch(() => []);
    const texts = await Promise.all(
      names
        .filter((name) => name.endsWith(".json") && !name.startsWith("."))
        .map((name) => readFile(join(this.#folder, name), "utf8").catch(() => "")),
    );
    return texts.flatMap((text) => parseJson(pendingJobSchema, text) ?? []);
  }

  #pathOf({ submission }: Pick<PendingJob, "submission">): string {
    return join(this.#folder, `${submission}.json`);
  }
}

/** Whether the sbatch that waited for the id of a job is gone. */
export function isLeft({ owner, submittedAt }: PendingJob, now: Date): boolean {
  if (owner.host === hostname()) return isProcessOver(owner.process);
  return now.getTime() - Date.parse(submittedAt) > ELSEWHERE_MS;
}

/** Whether there is one whose sbatch is gone. */
export async function isAnyPending({ root }: Pick<SlurmFolders, "root">): Promise<boolean> {
  const now = new Date();
  return (await new PendingJobs(root).list()).some((job) => isLeft(job, now));
}

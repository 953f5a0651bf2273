import { readRecord } from "../../bucket/job-objects/record.ts";
import { readStatus, type StatusObject, writeStatus } from "../../bucket/job-objects/status.ts";
import type { ObjectStore } from "../../bucket/object-store.ts";
import { AFTER_METADATA } from "../../protocol/after.ts";
import { LINKS_KEPT, LINKS_METADATA } from "../../protocol/links.ts";
import { type ManifestId, manifestMetadata } from "../../protocol/manifest.ts";
import { notifyMetadata } from "../../protocol/notify.ts";
import { submitterMetadata } from "../../protocol/requester.ts";
import { SBATCH_METADATA } from "../../protocol/sbatch-options.ts";
import { makeSubmission } from "../../protocol/submission.ts";
import type { Context } from "../context.ts";
import { CommandError } from "../errors/command-error.ts";

/** A conditional write that another write was in the way of is tried again this often. */
const TRIES_MAX = 3;

/** A new id for a submission that is asked for now. */
export function newSubmission({ now, random }: Pick<Context, "now" | "random">): string {
  return makeSubmission(now(), random() + random());
}

/**
 * The metadata of the status object that asks for a run.
 *
 * @param submitter who asks
 * @param run options for sbatch and dependencies as metadata has them, the manifest that was written, and the address to tell of the end;
 * undefined: none
 */
export function runMetadata(
  submitter: Context["submitter"],
  {
    sbatch,
    after,
    manifest,
    notify,
  }: {
    sbatch: string | undefined;
    after?: string | undefined;
    manifest: ManifestId | undefined;
    notify?: string | undefined;
  },
): Record<string, string> {
  return {
    ...submitterMetadata(submitter),
    ...(sbatch !== undefined && { [SBATCH_METADATA]: sbatch }),
    ...(after !== undefined && { [AFTER_METADATA]: after }),
    [LINKS_METADATA]: LINKS_KEPT,
    ...(manifest && manifestMetadata(manifest)),
    ...notifyMetadata(notify),
  };
}

/**
 * Writes FILE_UPLOAD in place of what was there before the upload, and of nothing else: of two clients on one prefix,
 * one submits. One request; up to three more when the condition does not hold.
 *
 * @param before the status object when the upload began; undefined: there was none
 * @throws CloudSubmitError `active-job` when another client has submitted meanwhile
 */
export async function requestRun(
  store: ObjectStore,
  {
    prefix,
    submission,
    before,
  }: { prefix: string; submission: string; before: StatusObject | undefined },
  metadata: Record<string, string>,
): Promise<void> {
  const condition = before ? { ifMatch: before.etag } : { ifAbsent: true };
  for (let tries = 1; ; tries++) {
    if (await writeStatus(store, prefix, "FILE_UPLOAD", { ...condition, submission, metadata }))
      return;
    const now = await readStatus(store, prefix);
    // The write was done and its answer lost; the job may be on its way, or over.
    if (now?.submission === submission) return;
    if ((await readRecord(store, prefix))?.submission === submission) return;
    // Another write of the key was under way, and came to nothing.
    const isUnchanged = now?.etag === before?.etag;
    if (!isUnchanged || tries === TRIES_MAX)
      throw new CommandError("active-job", (say) => say("problem.taken", { prefix }));
  }
}

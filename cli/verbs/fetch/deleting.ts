import { readStatus, type StatusObject } from "../../../bucket/job-objects/status.ts";
import type { From } from "../../../protocol/manifest.ts";
import { keyOf, MANIFEST_FILE } from "../../../protocol/objects.ts";
import { isBeingRemoved, REMOVING_METADATA } from "../../../protocol/removal.ts";
import { FINAL_STATES } from "../../../protocol/state.ts";
import type { DownloadOptions } from "../../../transfer/download-options.ts";
import { type IgnoreRules, readIgnoreRules } from "../../../transfer/names/ignore-rules.ts";
import type { Context } from "../../context.ts";
import { asUsage, CommandError } from "../../errors/command-error.ts";
import type { Selection } from "../../jobs/fetch-selection.ts";
import type { Job } from "../../jobs/read-job.ts";
import { sentFor } from "../../jobs/sent-with.ts";

/** Options of a download that removes files here which the job does not have. */
export type Deleting = Pick<DownloadOptions, "delete" | "ignore" | "passOver" | "isStillSo">;

/**
 * Finds out which files of a folder `fetch --delete` may remove. Files stay that were not chosen, that the folder's ignore file names, and that the
 * job was sent with: their objects may be under other prefixes, or were removed from the bucket.
 *
 * @param to the folder
 * @throws CloudSubmitError `usage` when the bucket does not tell for certain what the job has
 */
export async function deletingFor(
  context: Context,
  prefix: string,
  { job, selection, to }: { job: Job; selection: Selection; to: string },
): Promise<Deleting> {
  const { store } = context;
  refuseUncertain(prefix, job.status);
  const { inputs, late, from } = await sentFor(store, prefix, job);
  if (!inputs && (await isThere(context, prefix)))
    throw new CommandError("usage", (say) => say("fetch.noManifest", { prefix }));
  const ignored = await readIgnoreRules(to).catch((error: NodeJS.ErrnoException) =>
    // That it is no folder is told where it is opened.
    error.code === "ENOTDIR" ? undefined : asUsage(error),
  );
  const wasSent: IgnoreRules = (path, isFolder) => {
    const end = isFolder ? `${path}/` : path;
    return inputs?.has(end) === true || late.has(end) || isPlaced(from, path);
  };
  const { leavesAlone, passesOver } = selection;
  return {
    delete: true,
    ignore: (path, isFolder) =>
      wasSent(path, isFolder) ||
      ignored?.(path, isFolder) === true ||
      leavesAlone?.(path, isFolder) === true,
    passOver: (path, isFolder) =>
      ignored?.(path, isFolder) === true || passesOver?.(path, isFolder) === true,
    isStillSo: async () => (await readStatus(store, prefix))?.etag === job.status.etag,
  };
}

function refuseUncertain(prefix: string, status: StatusObject): void {
  const { state } = status;
  const hasAll = state !== undefined && FINAL_STATES.has(state) && !isBeingRemoved(status);
  if (hasAll) return;
  throw new CommandError("usage", (say) => {
    const shown = state ?? say("status.unknown");
    return say("fetch.notDelete", {
      prefix,
      state: isBeingRemoved(status) ? `${shown} (${REMOVING_METADATA})` : shown,
    });
  });
}

/** Whether a path is where results of other jobs are put. */
function isPlaced(from: readonly From[], path: string): boolean {
  return from.some(({ path: asked, where }) => {
    const place = where ?? asked.slice(asked.lastIndexOf("/") + 1);
    return place === "" || path === place || path.startsWith(`${place}/`);
  });
}

/** Whether there is a manifest, be it one that cannot be read. */
async function isThere({ store }: Context, prefix: string): Promise<boolean> {
  const got = await store.get(keyOf(prefix, MANIFEST_FILE));
  got?.body.destroy();
  return got !== undefined;
}

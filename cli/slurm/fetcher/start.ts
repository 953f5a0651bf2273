import { isListedLock } from "../../../bucket/disk/listed-lock.ts";
import { makeFolder } from "../../../bucket/disk/make-folder.ts";
import { messageOf } from "../../../protocol/error.ts";
import type { SlurmContext } from "../slurm-context.ts";
import { lockPath } from "./lock-path.ts";
import { wakeFetcher } from "./wake.ts";

/**
 * Starts the fetcher of this user and bucket in the background, or has the one that runs look at once. To be called when
 * there is something for it to do. No request; some milliseconds. A fetcher that cannot be started is no error: whoever
 * asks for the job next tries again.
 */
export async function startFetcher(
  slurm: Pick<SlurmContext, "context" | "folders" | "env" | "cwd">,
): Promise<void> {
  const { root } = slurm.folders;
  try {
    await makeFolder(root, 0o700);
    await wakeFetcher(root);
    if (isListedLock(lockPath(root))) return;
    await (await import("./spawn-fetcher.ts")).spawnFetcher(slurm);
  } catch (error) {
    slurm.context.err(messageOf(error));
  }
}

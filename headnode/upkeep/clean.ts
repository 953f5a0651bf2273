import { rm, statfs } from "node:fs/promises";
import { messageOf } from "../../protocol/error.ts";
import type { SubmissionId } from "../../protocol/request.ts";
import { removeWorkFolder, workFolder } from "../jobs/work-folder.ts";
import type { Journal } from "../journal/journal.ts";
import type { Log } from "../log.ts";

export interface CleanOptions {
  journal: Journal;
  workRoot: string;
  home: string;
  /** Submissions that ended so many days ago are forgotten, with their folders. */
  keepDays: number;
  /** Folders of ended submissions go, oldest first, while less than this share of the disk is free. */
  minFreeShare: number;
  /** The free share of the disk that a folder is on, from 0 to 1. */
  freeShare: (folder: string) => Promise<number>;
  now: () => Date;
  log: Log;
}

const DAY_MS = 86_400_000;

/**
 * Removes what ended submissions left on disk, by age and by free space; never of an unfinished one. It looks at none
 * but what it removes.
 */
export async function clean(options: CleanOptions): Promise<void> {
  const { journal, keepDays, minFreeShare, freeShare, workRoot, now } = options;
  await journal.retireLeft();
  const oldMs = now().getTime() - keepDays * DAY_MS;
  for await (const ended of journal.endedBefore(oldMs)) {
    await cleanOne(options, ended, "age", () => journal.remove(ended));
  }
  for await (const ended of journal.uncleaned()) {
    if ((await freeShare(workRoot)) >= minFreeShare) return;
    await cleanOne(options, ended, "space", () => journal.setCleaned(ended));
  }
}

/** Removes one submission's folders, then notes it. What fails is left for the next time: it must not keep the others' from going. */
async function cleanOne(
  options: CleanOptions,
  ended: SubmissionId,
  why: "age" | "space",
  note: () => Promise<void>,
): Promise<void> {
  const { log } = options;
  const { prefix, submission } = ended;
  const folder = workFolder(options, ended);
  try {
    if (!(await removeWorkFolder(folder)))
      log("warn", "a job has put a link in place of a folder: it is left", {
        folder: folder.path,
      });
    await rm(folder.manifestPath, { force: true });
    await note();
    log("info", "cleaned", { prefix, submission, why });
  } catch (error) {
    const fields = { prefix, submission, error: messageOf(error) };
    log("warn", "a folder cannot be removed, or that cannot be noted", fields);
  }
}

/** The share of a file system that ordinary users may still fill. */
export async function freeShareOf(folder: string): Promise<number> {
  const { bavail, blocks } = await statfs(folder);
  return blocks === 0 ? 1 : bavail / blocks;
}

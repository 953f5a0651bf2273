import { rm, rmdir, statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { removeFolder } from "../../bucket/disk/remove-folder.ts";
import { messageOf } from "../../protocol/error.ts";
import { workFolder } from "../jobs/work-folder.ts";
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

/** Removes what ended submissions left on disk, by age and by free space; never of an unfinished one. */
export async function clean(options: CleanOptions): Promise<void> {
  const { journal, keepDays, minFreeShare, freeShare, workRoot, now, log } = options;
  const oldMs = now().getTime() - keepDays * DAY_MS;
  for (const file of await journal.ended()) {
    const old = file.endedMs < oldMs;
    const full = !old && (await freeShare(workRoot)) < minFreeShare;
    // The oldest come first: the rest is younger, and there is room.
    if (!old && !full) return;
    const entry = await journal.readEnded(file);
    if (!entry || (entry.cleaned && !old)) continue;
    const folder = workFolder(options, entry);
    try {
      await removeFolder(folder.path);
      await rm(folder.manifestPath, { force: true });
    } catch (error) {
      // One job's folder must not keep the others' from going.
      const { prefix, submission } = entry;
      log("warn", "a folder cannot be removed", { prefix, submission, error: messageOf(error) });
      continue;
    }
    // Another submission of the prefix may still be in it.
    await rmdir(dirname(folder.path)).catch(() => undefined);
    if (old) await journal.remove(file);
    else await journal.updateEnded({ ...entry, cleaned: true });
    log("info", "cleaned", { prefix: entry.prefix, submission: entry.submission, old, full });
  }
}

/** The share of a file system that ordinary users may still fill. */
export async function freeShareOf(folder: string): Promise<number> {
  const { bavail, blocks } = await statfs(folder);
  return blocks === 0 ? 1 : bavail / blocks;
}

import { rm, rmdir, statfs } from "node:fs/promises";
import { dirname } from "node:path";
import type { JobEntry } from "./journal/job-entry.ts";
import type { Journal } from "./journal/journal.ts";
import type { Log } from "./log.ts";
import { workFolder } from "./work-folder.ts";

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
  const ended = journal
    .all()
    .filter((entry) => entry.phase === "done" && entry.outbox.length === 0)
    .toSorted((a, b) => endOf(a) - endOf(b));
  for (const entry of ended) {
    const old = now().getTime() - endOf(entry) > keepDays * DAY_MS;
    const full = !entry.cleaned && (await freeShare(workRoot)) < minFreeShare;
    if (!old && !full) continue;
    const folder = workFolder(options, entry);
    await rm(folder.path, { recursive: true, force: true });
    await rm(folder.manifestPath, { force: true });
    // Another submission of the prefix may still be in it.
    await rmdir(dirname(folder.path)).catch(() => undefined);
    if (old) await journal.remove(entry);
    else await journal.update(entry, () => ({ cleaned: true }));
    log("info", "cleaned", { prefix: entry.prefix, submission: entry.submission, old, full });
  }
}

function endOf(entry: JobEntry): number {
  return Date.parse(entry.times.final ?? "") || 0;
}

/** The share of a file system that ordinary users may still fill. */
export async function freeShareOf(folder: string): Promise<number> {
  const { bavail, blocks } = await statfs(folder);
  return blocks === 0 ? 1 : bavail / blocks;
}

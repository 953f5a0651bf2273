import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { FileStats } from "../../bucket/disk/file-stats.ts";
import { replaceFile } from "../../bucket/disk/replace-file.ts";
import type { Machine } from "../../bucket/machine.ts";
import { PARTIAL_FOLDER } from "../../transfer/placing/partial-files.ts";
import { walk } from "../../transfer/walk.ts";

/** Where one submission's files are. */
export interface WorkFolder {
  /** The job's folder, on a file system that the compute nodes share. */
  path: string;
  /** File with the folder's manifest from before the job began. */
  manifestPath: string;
}

/** The folder of a submission: its own, so that nothing of an earlier run is taken for a result. */
export function workFolder(
  roots: { workRoot: string; home: string },
  entry: { prefix: string; submission: string },
): WorkFolder {
  return {
    path: join(roots.workRoot, entry.prefix, entry.submission),
    manifestPath: join(roots.home, "manifest", `${entry.prefix}@${entry.submission}.json`),
  };
}

/**
 * Contents of a folder: for each file and link a mark that any change to it changes, for each empty folder "".
 */
export type Manifest = Map<string, string>;

/** Size, modification and change time, and inode: a job cannot set the change time. */
export function fileMark(stats: FileStats): string {
  return `${stats.size}:${stats.mtimeNs}:${stats.ctimeNs}:${stats.ino}`;
}

/** Notes what the folder holds now; on disk when this returns. */
export async function writeManifest(folder: WorkFolder, machine?: Machine): Promise<void> {
  // Leftovers of an interrupted staging, of objects that were replaced since.
  await rm(join(folder.path, PARTIAL_FOLDER), { recursive: true, force: true });
  const marks: [string, string][] = [];
  for await (const entry of walk(folder.path, { outsideLinks: "refuse", machine })) {
    if (entry.kind === "file" || entry.kind === "link")
      marks.push([entry.path, fileMark(entry.stats)]);
    if (entry.kind === "empty-folder") marks.push([entry.path, ""]);
  }
  await mkdir(join(folder.manifestPath, ".."), { recursive: true });
  await replaceFile(folder.manifestPath, JSON.stringify(marks), { durable: true });
}

/** Reads the folder's manifest; empty for a job of an agent before this one. */
export async function readManifest(folder: WorkFolder): Promise<Manifest> {
  try {
    return new Map(JSON.parse(await readFile(folder.manifestPath, "utf8")) as [string, string][]);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return new Map();
    throw error;
  }
}

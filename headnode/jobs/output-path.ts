import type { BigIntStats } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { anyDisk, type Disk } from "../../bucket/disk/disk.ts";
import { lstatOf } from "../../bucket/disk/files.ts";
import { realPathOn } from "../../bucket/disk/names.ts";
import { pathProblem } from "../../transfer/names/key-path.ts";

/**
 * The real place of a job's folder, below which everything is its own.
 *
 * @returns "replaced" when the job has put a symbolic link in its place, or in that of its prefix's folder
 * @throws when it is not there
 */
export async function realJobFolder(folder: string, disk: Disk): Promise<string> {
  const prefix = dirname(folder);
  const root = await realPathOn(disk, dirname(prefix));
  const own = join(root, basename(prefix), basename(folder));
  return (await realPathOn(disk, folder)) === own ? own : "replaced";
}

/** A job's stdout or stderr. */
export interface OutputPath {
  /** Relative to the job's folder, with `/`. */
  path: string;
  /** The real place of the job's folder. */
  root: string;
  /** The same below the real place of the folder: no link is on the way. */
  absolute: string;
  stats: BigIntStats;
}

/**
 * Where an output file that Slurm names is in the job's own folder. undefined: it is not there, not a plain
 * file, or elsewhere, be it through a symbolic link.
 */
export async function outputPath(
  folder: string,
  named: string,
  disk: Disk = anyDisk,
): Promise<OutputPath | undefined> {
  try {
    const root = await realJobFolder(folder, disk);
    if (root === "replaced") return undefined;
    const path = relative(root, await realPathOn(disk, named));
    if (pathProblem(path) !== undefined) return undefined;
    const absolute = join(root, path);
    const stats = await lstatOf(disk, absolute);
    return stats?.isFile() ? { path, root, absolute, stats } : undefined;
  } catch {
    return undefined;
  }
}

import { mkdir, readFile, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { anyDisk, type Disk, ownDisk } from "../../bucket/disk/disk.ts";
import type { FileStats } from "../../bucket/disk/file-stats.ts";
import { makeFolderOn, realPathOn, removeFolderOn, statsOn } from "../../bucket/disk/names.ts";
import { removeFolder } from "../../bucket/disk/remove-folder.ts";
import { replaceFile } from "../../bucket/disk/replace-file.ts";
import { unless } from "../../bucket/disk/unless.ts";
import type { Machine } from "../../bucket/machine.ts";
import { CloudSubmitError } from "../../protocol/error.ts";
import { submissionIdSchema } from "../../protocol/request.ts";
import { PARTIAL_FOLDER } from "../../transfer/placing/partial-files.ts";
import { walk } from "../../transfer/walk.ts";
import { fileName } from "../journal/entry-file.ts";

/** Where one submission's files are. */
export interface WorkFolder {
  /** The job's folder, on a file system that the compute nodes share. */
  path: string;
  /** File with the folder's manifest from before the job began, if it has many files. */
  manifestPath: string;
}

/**
 * The folder of a submission: its own, so that nothing of an earlier run is taken for a result.
 *
 * @throws ZodError for names that would lead elsewhere: nothing that was not checked comes as far as here
 */
export function workFolder(
  roots: { workRoot: string; home: string },
  entry: { prefix: string; submission: string },
): WorkFolder {
  const { prefix, submission } = submissionIdSchema.parse(entry);
  return {
    path: join(roots.workRoot, prefix, submission),
    manifestPath: join(roots.home, "manifest", fileName({ prefix, submission })),
  };
}

/**
 * Makes the folder of a submission, unless it is there.
 *
 * @throws CloudSubmitError `stage-in-failed` when something else stands in its place, or in that of its
 * prefix's folder, such as a link that a job has left there: nothing is written through it
 */
export async function makeWorkFolder({ path }: WorkFolder, disk: Disk = anyDisk): Promise<void> {
  const prefixFolder = dirname(path);
  const root = await rootOf(prefixFolder, disk);
  const places = [
    [prefixFolder, join(root, basename(prefixFolder))],
    [path, join(root, basename(prefixFolder), basename(path))],
  ] as const;
  for (const [folder, place] of places) {
    await makeFolderOn(disk, folder).catch(unless("EEXIST"));
    if (!(await isFolderAt(folder, place, disk)))
      throw new CloudSubmitError(
        "stage-in-failed",
        `${folder} is no folder of the agent's: remove what stands there, and submit again`,
      );
  }
}

/** The real place of the folder with all work folders; made when it is gone. */
async function rootOf(prefixFolder: string, disk: Disk): Promise<string> {
  const root = dirname(prefixFolder);
  const place = await realPathOn(disk, root).catch(unless("ENOENT"));
  if (place !== undefined) return place;
  await mkdir(root, { recursive: true });
  return realPathOn(disk, root);
}

/**
 * Removes the folder of a submission with all that is in it, and that of its prefix when it is empty.
 *
 * @returns false when it is somewhere else by now, through a link: then nothing is removed
 */
export async function removeWorkFolder({ path }: WorkFolder): Promise<boolean> {
  const prefixFolder = dirname(path);
  const root = await realPathOn(anyDisk, dirname(prefixFolder)).catch(unless("ENOENT"));
  const there = root && (await statsOn(anyDisk, prefixFolder, "not followed"));
  if (!there) return true;
  if (!(await isFolderAt(prefixFolder, join(root, basename(prefixFolder)), anyDisk))) return false;
  // A link in place of the folder itself goes, and what it leads to stays.
  await removeFolder(path);
  // Another submission of the prefix may still be in it.
  await removeFolderOn(anyDisk, prefixFolder).catch(() => undefined);
  return true;
}

/** Whether a path is a folder whose real place is the given one. */
async function isFolderAt(path: string, place: string, disk: Disk): Promise<boolean> {
  const stats = await statsOn(disk, path, "not followed").catch(() => undefined);
  return stats?.isDirectory() === true && (await realPathOn(disk, path)) === place;
}

/**
 * Contents of a folder: for each file and link a mark that any change to it changes, for each empty folder "".
 */
export type Manifest = Map<string, string>;

/** The same in a form that can be written. */
export type StagedMarks = [path: string, mark: string][];

/**
 * Size, modification and change time, and inode: a job cannot set the change time. Of a file that is read only the change
 * time does not count: others may have it, too (headnode/cache/), and each further name sets that.
 */
export function fileMark(stats: FileStats): string {
  const isReadOnly = (stats.mode & 0o222n) === 0n;
  return `${stats.size}:${stats.mtimeNs}:${isReadOnly ? "" : stats.ctimeNs}:${stats.ino}`;
}

/** Marks that the journal's entry holds itself, at most: of more, each change of the entry would write them again. */
const MARKS_IN_ENTRY = 32;
const MARKS_IN_ENTRY_CHARACTERS = 4096;

/**
 * Notes what the folder holds now.
 *
 * @param choose of a path and its mark, the mark that is noted, or none; as it is unless this is given
 * @returns what the journal's entry is to hold of it; undefined: it is in a file of its own, on disk by then
 */
export async function noteManifest(
  folder: WorkFolder,
  machine: Machine,
  choose: (path: string, mark: string) => string | undefined = (_path, mark) => mark,
): Promise<StagedMarks | undefined> {
  // Leftovers of an interrupted staging, of objects that were replaced since.
  const partial = join(folder.path, PARTIAL_FOLDER);
  if (await statsOn(machine.disk, partial, "not followed"))
    await rm(partial, { recursive: true, force: true });
  const marks: StagedMarks = [];
  for await (const entry of walk(folder.path, { outsideLinks: "refuse", machine })) {
    if (entry.kind === "skipped") continue;
    const now = entry.kind === "empty-folder" ? "" : fileMark(entry.stats);
    const mark = choose(entry.path, now);
    if (mark !== undefined) marks.push([entry.path, mark]);
  }
  const text = JSON.stringify(marks);
  if (marks.length <= MARKS_IN_ENTRY && text.length <= MARKS_IN_ENTRY_CHARACTERS) return marks;
  const notes = dirname(folder.manifestPath);
  if (!(await statsOn(ownDisk, notes))) await mkdir(notes, { recursive: true });
  await replaceFile(folder.manifestPath, text, { durable: true });
  return undefined;
}

/**
 * Reads the folder's manifest; empty for a job of an agent before this one.
 *
 * @param marks what the journal's entry holds
 */
export async function readManifest(folder: WorkFolder, marks?: StagedMarks): Promise<Manifest> {
  if (marks) return new Map(marks);
  try {
    return new Map(JSON.parse(await readFile(folder.manifestPath, "utf8")) as [string, string][]);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return new Map();
    throw error;
  }
}

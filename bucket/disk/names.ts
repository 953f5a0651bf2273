import {
  linkSync,
  lstatSync,
  mkdirSync,
  realpathSync,
  renameSync,
  rmdirSync,
  type Stats,
  statSync,
  unlinkSync,
  utimesSync,
} from "node:fs";
import {
  link,
  lstat,
  mkdir,
  realpath,
  rename,
  rmdir,
  stat,
  unlink,
  utimes,
} from "node:fs/promises";
import type { Disk } from "./disk.ts";
import { unless } from "./unless.ts";

// Changes of names of files and folders, and questions about them, with the results and errors of node:fs/promises. Each is
// done as the disk answers: at once, or through threads.

/** Gives a file a further name. */
export async function linkOn(disk: Disk, file: string, path: string): Promise<void> {
  await disk.ask(
    () => linkSync(file, path),
    () => link(file, path),
  );
}

export async function renameOn(disk: Disk, from: string, to: string): Promise<void> {
  await disk.ask(
    () => renameSync(from, to),
    () => rename(from, to),
  );
}

/** Removes a file; one that is not there is no error. */
export async function removeOn(disk: Disk, path: string): Promise<void> {
  try {
    await disk.ask(
      () => unlinkSync(path),
      () => unlink(path),
    );
  } catch (error) {
    unless("ENOENT")(error as NodeJS.ErrnoException);
  }
}

/** @param seconds both of its times, since 1970 */
export async function setTimesOn(disk: Disk, path: string, seconds: number): Promise<void> {
  await disk.ask(
    () => utimesSync(path, seconds, seconds),
    () => utimes(path, seconds, seconds),
  );
}

/** Makes one folder. */
export async function makeFolderOn(disk: Disk, path: string, mode?: number): Promise<void> {
  await disk.ask(
    () => mkdirSync(path, { mode }),
    () => mkdir(path, { mode }),
  );
}

/** Removes an empty folder. */
export async function removeFolderOn(disk: Disk, path: string): Promise<void> {
  await disk.ask(
    () => rmdirSync(path),
    () => rmdir(path),
  );
}

/** The path without links. */
export async function realPathOn(disk: Disk, path: string): Promise<string> {
  return disk.ask(
    () => realpathSync.native(path),
    () => realpath(path),
  );
}

/**
 * @param links whether the stats of a link are its own
 * @returns undefined: nothing is there
 */
export async function statsOn(
  disk: Disk,
  path: string,
  links: "followed" | "not followed" = "followed",
): Promise<Stats | undefined> {
  const [now, later] = links === "followed" ? [statSync, stat] : [lstatSync, lstat];
  return disk.ask<Stats | undefined>(
    () => now(path, { throwIfNoEntry: false }),
    () => later(path).catch(unless("ENOENT")),
  );
}

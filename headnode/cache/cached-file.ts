import { createHash } from "node:crypto";
import { type BigIntStats, closeSync, constants } from "node:fs";
import { chmod, copyFile, link, lstat, rename, rm, utimes } from "node:fs/promises";
import { openLater, placeOf } from "../../bucket/disk/open-to-read.ts";
import { eachChunk } from "../../bucket/each-chunk.ts";
import type { Destination, WantedObject } from "../../transfer/local-objects.ts";
import type { CacheEntry, SeenFile } from "./cache-entry.ts";

/** How a file is to be that is read only. */
export type ReadOnly = NonNullable<WantedObject["readOnly"]>;

/** Copies of larger files are not read again when the file in the cache is as it was. */
const DIGEST_ALWAYS_MAX = 1 << 30;

/** Errors of a disk on which a file can have no further name there. */
const NO_LINK: ReadonlySet<string> = new Set(["EMLINK", "EPERM", "EXDEV", "ENOTSUP"]);

/** A time is set and told with this error at most, in seconds. */
const TIME_ERROR = 1e-5;

/** SHA-256 of a file, in hex. */
export async function digestOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  await eachChunk(path, (bytes) => void hash.update(bytes));
  return hash.digest("hex");
}

/** State of a file that was just written or read. */
export function seenFile({ size, mtimeNs, ctimeNs, ino }: BigIntStats): SeenFile {
  return { size, mtimeNs, ctimeNs, ino };
}

/**
 * Copies a file of the cache, by reference where the disk can.
 *
 * @returns false: it does not hold what it held, and there is no copy
 */
export async function copyOut(path: string, entry: CacheEntry, at: string): Promise<boolean> {
  const isLarge = entry.size > DIGEST_ALWAYS_MAX;
  if (isLarge && !(await isIntact(path, entry))) return false;
  await rm(at, { force: true });
  await copyByReference(path, at);
  const { size } = await lstat(at);
  // The copy is the job's own by now: no other job can change it after this.
  if (size === entry.size && (isLarge || (await digestOf(at)) === entry.digest)) {
    await chmod(at, 0o644);
    return true;
  }
  await rm(at, { force: true });
  return false;
}

/**
 * Gives a file of the cache a further name, with mode and time as they are wanted.
 *
 * @returns "not linked": other jobs have it with another mode or time, or it can have no more names; "damaged": it does not hold what it held
 */
export async function linkOut(
  path: string,
  entry: CacheEntry,
  to: Destination,
  readOnly: ReadOnly,
): Promise<"linked" | "not linked" | "damaged"> {
  if (!(await isIntact(path, entry))) return "damaged";
  const before = await lstat(path, { bigint: true });
  if (!hasMetadata(before, readOnly)) {
    if (before.nlink > 1n) return "not linked";
    await setMetadata(path, readOnly);
    entry.seen = seenFile(await lstat(path, { bigint: true }));
  }
  const { seen } = entry;
  try {
    await linkTo(path, to);
  } catch (error) {
    if (NO_LINK.has((error as NodeJS.ErrnoException).code ?? "")) return "not linked";
    throw error;
  }
  const { ctimeNs, ...after } = seenFile(await lstat(to.target, { bigint: true }));
  if (seen && isSame({ ...after, ctimeNs: seen.ctimeNs }, seen)) {
    // A further name changes this time, and nothing else.
    entry.seen = { ...after, ctimeNs };
    return "linked";
  }
  await rm(to.target, { force: true });
  return "damaged";
}

/** Gives a file a further name, in place of what has it. */
export async function linkTo(path: string, { part, target }: Destination): Promise<void> {
  // An interrupted download may have left it.
  await rm(part, { force: true });
  try {
    return await link(path, target);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  await link(path, part);
  await rename(part, target);
  // Of two names of one file, a rename leaves both. Source: rename(2).
  await rm(part, { force: true });
}

/** Copies a file, by reference where the disk can; a link or a pipe in its place is refused. */
export async function copyByReference(from: string, to: string): Promise<void> {
  const file = await openLater(from, { noFollow: true });
  try {
    await copyFile(placeOf(file), to, constants.COPYFILE_FICLONE);
  } finally {
    closeSync(file);
  }
}

export async function setMetadata(path: string, { mode, mtime }: ReadOnly): Promise<void> {
  await chmod(path, mode);
  if (mtime !== undefined) await utimes(path, mtime, mtime);
}

function hasMetadata(stats: BigIntStats, { mode, mtime }: ReadOnly): boolean {
  const isTime = mtime === undefined || Math.abs(Number(stats.mtimeNs) / 1e9 - mtime) < TIME_ERROR;
  return isTime && Number(stats.mode & 0o777n) === mode;
}

/** Whether a file of the cache holds what it held; it is read unless it is as it was seen last. */
async function isIntact(path: string, entry: CacheEntry): Promise<boolean> {
  const before = await lstat(path, { bigint: true });
  if (!before.isFile() || before.size !== BigInt(entry.size)) return false;
  if (entry.seen && isSame(seenFile(before), entry.seen)) return true;
  if ((await digestOf(path)) !== entry.digest) return false;
  const after = await lstat(path, { bigint: true });
  if (!isSame(seenFile(after), seenFile(before))) return false;
  entry.seen = seenFile(after);
  return true;
}

function isSame(one: SeenFile, other: SeenFile): boolean {
  return (Object.keys(one) as (keyof SeenFile)[]).every((key) => one[key] === other[key]);
}

import { randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { chmod, lstat, mkdir, rename, rm, utimes } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import pMap from "p-map";
import { CloudSubmitError } from "../protocol/error.ts";
import { fileEtag } from "./etag.ts";
import { parseFileMetadata } from "./file-metadata.ts";
import { keyToPath } from "./key-path.ts";
import type { ObjectEntry, ObjectStore, StoredObject } from "./object-store.ts";
import { TransferSummary } from "./summary.ts";

/** Objects in flight. */
const OBJECTS_AT_ONCE = 32;

/** How the name of a file that is being downloaded begins. */
const TEMPORARY = ".cloud-submit-part-";

/** Whether a path is what an interrupted download left behind. */
export function isInterruptedDownload(path: string): boolean {
  return path.slice(path.lastIndexOf("/") + 1).startsWith(TEMPORARY);
}

export interface DownloadOptions {
  /** Whether an object is to be fetched at all. */
  wanted?: (path: string, entry: ObjectEntry) => boolean;
  /** Called after each file that was fetched. */
  onFile?: (path: string, bytes: number) => void;
}

/**
 * Downloads everything under `prefix/` into a folder. A file that is there with the same content is left
 * alone; others are written under a temporary name and renamed. A key that would leave the folder, or
 * that the file system cannot hold, is counted as skipped, with the reason; what S3 refuses is thrown.
 */
export async function downloadFolder(
  store: ObjectStore,
  prefix: string,
  root: string,
  options: DownloadOptions = {},
): Promise<TransferSummary> {
  const summary = new TransferSummary();
  await mkdir(root, { recursive: true });
  await pMap(
    store.list(`${prefix}/`),
    async (entry) => {
      const target = keyToPath(entry.key, prefix);
      if (options.wanted && !options.wanted(target.path, entry)) return;
      if (target.kind === "refused") return summary.skip(target.path, target.reason);
      try {
        if (target.kind === "folder") await mkdir(join(root, target.path), { recursive: true });
        else await downloadFile(store, entry, root, target.path, options, summary);
      } catch (error) {
        const reason = pathConflict(error);
        if (reason === undefined) throw error;
        summary.skip(target.path, reason);
      }
    },
    { concurrency: OBJECTS_AT_ONCE },
  );
  return summary;
}

async function downloadFile(
  store: ObjectStore,
  entry: ObjectEntry,
  root: string,
  path: string,
  options: DownloadOptions,
  summary: TransferSummary,
): Promise<void> {
  const target = join(root, path);
  if (await isSame(target, entry)) {
    summary.unchanged += 1;
    return;
  }
  await mkdir(dirname(target), { recursive: true });
  const object = await store.get(entry.key);
  if (!object) return summary.skip(path, "removed from the bucket meanwhile");
  const temporary = join(dirname(target), `${TEMPORARY}${randomUUID()}`);
  try {
    await write(object, temporary, entry.key);
    const { mode, mtime } = parseFileMetadata(object.metadata);
    if (mode !== undefined) await chmod(temporary, mode);
    if (mtime !== undefined) await utimes(temporary, mtime, mtime);
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  summary.add(object.size);
  options.onFile?.(path, object.size);
}

async function write(object: StoredObject, path: string, key: string): Promise<void> {
  const file = createWriteStream(path, { flags: "wx" });
  await pipeline(object.body, file);
  if (file.bytesWritten !== object.size)
    throw new CloudSubmitError(
      "transfer",
      `${key}: ${file.bytesWritten} of ${object.size} bytes arrived; try again`,
    );
}

async function isSame(path: string, entry: ObjectEntry): Promise<boolean> {
  try {
    const local = await lstat(path);
    if (!local.isFile() || local.size !== entry.size) return false;
    return (await fileEtag(path, entry.size)) === entry.etag;
  } catch {
    return false;
  }
}

/** Says which names cannot stand side by side on this disk; undefined for any other error. */
function pathConflict(error: unknown): string | undefined {
  const { code } = error as NodeJS.ErrnoException;
  if (code === "ENOTDIR" || code === "EEXIST" || code === "EISDIR" || code === "ENOTEMPTY")
    return "a file and a folder have the same name";
  if (code === "ENAMETOOLONG") return "the path is too long for this disk";
  return undefined;
}

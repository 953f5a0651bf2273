import type { Disk } from "../bucket/disk/disk.ts";
import type { FileStats } from "../bucket/disk/file-stats.ts";
import { statOf } from "../bucket/disk/files.ts";
import type { ObjectStore } from "../bucket/object-store.ts";
import { FileError } from "../protocol/file-error.ts";
import { reason } from "../protocol/reason.ts";
import type { ProgressListener } from "./flow/progress.ts";
import { symlinkBody, symlinkMetadata } from "./links/symlink.ts";
import { fileMetadata } from "./placing/file-metadata.ts";
import type { WalkEntry } from "./walk.ts";

/** A file that changes while it is read is read again this often before it is given up. */
const READS_MAX = 3;

export interface PutEntryOptions extends Pick<ProgressListener, "onBytes"> {
  /** For the object besides the entry's own. */
  metadata?: Record<string, string> | undefined;
}

/** Entries that can become an object. */
export type Sendable = Exclude<WalkEntry, { kind: "skipped" }>;

/**
 * Makes an object of a file, a link or an empty folder. A file that changed meanwhile is sent once more, so that no
 * torn mixture stays in the bucket.
 *
 * @throws FileError when it changes each time it is read
 */
export async function putEntry(
  { store, disk }: { store: ObjectStore; disk: Disk },
  entry: Sendable,
  key: string,
  { metadata, onBytes }: PutEntryOptions,
): Promise<{ etag: string; size: number }> {
  if (entry.kind !== "file") {
    const isLink = entry.kind === "link";
    const body = isLink ? symlinkBody(entry.target) : Buffer.alloc(0);
    const own = isLink && {
      mtime: fileMetadata(entry.stats).mtime,
      ...symlinkMetadata(entry.target),
    };
    const etag = await store.put(key, body, { metadata: { ...own, ...metadata } });
    onBytes?.(body.length);
    return { etag: etag ?? "", size: body.length };
  }
  const { absolute: path } = entry;
  let before = entry.stats;
  for (let read = 1; ; read++) {
    const size = Number(before.size);
    try {
      const etag = await store.putFile(path, key, size, {
        metadata: { ...fileMetadata(before), ...metadata },
        ...(onBytes && { onBytes }),
      });
      const after = await statOf(disk, path);
      if (isSameContent(before, after)) return { etag, size };
      before = after;
    } catch (error) {
      if (read === READS_MAX || !(error instanceof FileError)) throw error;
      before = await statOf(disk, path);
    }
    if (read === READS_MAX) throw new FileError(path, reason("kept-changing"));
  }
}

function isSameContent(a: FileStats, b: FileStats): boolean {
  return a.size === b.size && a.mtimeNs === b.mtimeNs && a.ino === b.ino;
}

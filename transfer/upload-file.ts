import type { Disk } from "../bucket/disk/disk.ts";
import type { FileStats } from "../bucket/disk/file-stats.ts";
import { statOf } from "../bucket/disk/files.ts";
import type { ObjectStore } from "../bucket/object-store.ts";
import { FileError } from "../protocol/file-error.ts";
import { reason } from "../protocol/reason.ts";
import { fileMetadata } from "./placing/file-metadata.ts";

/** A file that changes while it is read is read again this often before it is given up. */
const READS_MAX = 3;

/**
 * Uploads a file; when it changed meanwhile, once more, so that no torn mixture stays in the bucket.
 *
 * @param found the file's stats as the walk has seen them
 * @param metadata for the object besides the file's own
 * @param onBytes called with the number of bytes that went up since the last call
 * @throws FileError when it changes each time it is read
 */
export async function uploadFile(
  { store, disk }: { store: ObjectStore; disk: Disk },
  path: string,
  key: string,
  found: FileStats,
  metadata: Record<string, string> | undefined,
  onBytes: ((bytes: number) => void) | undefined,
): Promise<{ etag: string; size: number }> {
  let before = found;
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

import { type Checksum, fileChecksum } from "../bucket/checksum.ts";
import type { Disk } from "../bucket/disk/disk.ts";
import type { FileStats } from "../bucket/disk/file-stats.ts";
import { statOf } from "../bucket/disk/files.ts";
import type { ObjectStore } from "../bucket/object-store.ts";
import { FileError } from "../protocol/file-error.ts";
import type { Input } from "../protocol/manifest.ts";
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
  /** Real path of the folder that every file must be in when it is opened; undefined: it may be anywhere. */
  within?: string | undefined;
}

/** Entries that can become an object. */
export type Sendable = Exclude<WalkEntry, { kind: "skipped" }>;

/** Metadata that S3 cannot know of an entry. */
interface OwnMetadata {
  mode?: string;
  mtime?: string;
  symlink?: string;
}

/** The object that an entry has become. */
export interface PutResult extends Pick<Input, "etag" | "size"> {
  version: string | undefined;
  checksum: Checksum | undefined;
  /** S3 says that the ETag does not depend on the content alone. */
  isEtagOpaque?: boolean | undefined;
  own: OwnMetadata;
}

/** The metadata that an entry's object has by itself. */
export function ownMetadata(entry: Sendable): OwnMetadata {
  if (entry.kind === "empty-folder") return {};
  const own = fileMetadata(entry.stats);
  return entry.kind === "file" ? own : { mtime: own.mtime, ...symlinkMetadata(entry.target) };
}

/**
 * Makes an object of a file, a link or an empty folder. A file that changed before it was in the bucket is sent once more,
 * also one that another has taken the place of, so that no torn mixture stays there.
 *
 * @throws FileError when it changes each time it is read
 */
export async function putEntry(
  { store, disk }: { store: ObjectStore; disk: Disk },
  entry: Sendable,
  key: string,
  { metadata, within, onBytes }: PutEntryOptions,
): Promise<PutResult> {
  let version: string | undefined;
  let checksum: Checksum | undefined;
  let isEtagOpaque = false;
  const onVersion = (id: string) => void (version = id);
  const onChecksum = (sum: Checksum) => void (checksum = sum);
  const onOpaqueEtag = () => void (isEtagOpaque = true);
  if (entry.kind !== "file") {
    const body = entry.kind === "link" ? symlinkBody(entry.target) : Buffer.alloc(0);
    const own = ownMetadata(entry);
    const etag = await store.put(key, body, {
      metadata: { ...own, ...metadata },
      onVersion,
      onChecksum,
      onOpaqueEtag,
    });
    onBytes?.(body.length);
    return { etag: etag ?? "", version, checksum, size: body.length, own };
  }
  const { absolute: path } = entry;
  let before = entry.stats;
  for (let read = 1; ; read++) {
    const size = Number(before.size);
    let seen: FileStats | undefined;
    try {
      const own = fileMetadata(before);
      const etag = await store.putFile(path, key, size, {
        metadata: metadata ? { ...own, ...metadata } : { mtime: own.mtime, mode: own.mode },
        within,
        noFollow: !entry.viaLink,
        onVersion,
        onChecksum,
        onOpaqueEtag,
        onRead: (stats) => void (seen = stats),
        onBytes,
      });
      // Also while it went up: a file that is still written to is not whole.
      const looking = statOf(disk, path);
      const after = looking instanceof Promise ? await looking : looking;
      const isAsBefore = isSameContent(before, seen ?? after) && isSameContent(before, after);
      if (isAsBefore) {
        // A program may have written to it and set its time back. Its mode and its links alter the change time, too, and a large file is
        // not sent again for those. Where others may put something else into its place, it is not opened by its name once more.
        const isTouched = within === undefined && before.ctimeNs !== after.ctimeNs;
        if (!isTouched || !checksum || (await fileChecksum(path, checksum)) === checksum)
          return { etag, version, checksum, isEtagOpaque, size, own };
      }
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

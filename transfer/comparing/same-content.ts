import { hash } from "node:crypto";
import type { Disk } from "../../bucket/disk/disk.ts";
import type { FileStats } from "../../bucket/disk/file-stats.ts";
import { AT_ONCE_MAX, lookAtStart } from "../../bucket/disk/files.ts";
import { isSymlinkBody, SYMLINK_BODY_MAX } from "../links/symlink.ts";
import type { HashCache } from "./hash-cache.ts";

/** Ports for comparing files. */
export interface Comparing {
  disk: Disk;
  cache: HashCache;
}

/** Content of an object. */
export interface Content {
  /** Bytes; undefined: as many as the ETag is of. */
  size?: number;
  etag: string;
}

/** Whether the file at `absolute` has the content of an object: by size first, then by ETag. */
export async function isSameContent(
  absolute: string,
  stats: FileStats,
  object: Content,
  { disk, cache }: Comparing,
): Promise<boolean> {
  const { etag } = object;
  const size = object.size ?? Number(stats.size);
  if (stats.size !== BigInt(size)) return false;
  if (size === 0 || size > AT_ONCE_MAX) return cache.hasEtag(absolute, stats, etag);
  return lookAtStart(disk, absolute, size, (content) => {
    // The object may be a link's, and the file what another client has made of it: a listing cannot tell.
    if (size <= SYMLINK_BODY_MAX && isSymlinkBody(content)) return false;
    return hash("md5", content, "hex") === etag;
  });
}

import { hash } from "node:crypto";
import { type Checksum, hasChecksum } from "../../bucket/checksum.ts";
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
  /** Known of the object with this ETag. */
  checksum?: Checksum | undefined;
  /** Whether the file is known to have this content, by its stats; else it is read. */
  isSettled?: ((stats: FileStats) => boolean) | undefined;
  /** The target of the link that it is of; undefined: it is of none, or not known. */
  symlink?: string | undefined;
  /** Asks for its checksum when the ETag says that the content is another one, which not all ETags can. */
  ask?: (() => Promise<Checksum | undefined>) | undefined;
}

/**
 * Whether the file at `absolute` has the content of an object: by size first, then by what is remembered of the file, then by
 * ETag, then by checksum.
 */
export async function isSameContent(
  absolute: string,
  stats: FileStats,
  object: Content,
  { disk, cache }: Comparing,
): Promise<boolean> {
  const { etag, checksum } = object;
  const size = object.size ?? Number(stats.size);
  if (stats.size !== BigInt(size)) return false;
  if (object.isSettled?.(stats)) return true;
  // There is one such content; where the size is not known, the ETag is of what was there.
  if (object.size === 0) return true;
  if (size === 0 || size > AT_ONCE_MAX) {
    if (await cache.hasEtag(absolute, stats, etag)) return true;
    const known = checksum ?? (await object.ask?.());
    return known !== undefined && cache.hasChecksum(absolute, stats, known);
  }
  const look = (isSame: (content: Buffer) => boolean) =>
    lookAtStart(disk, absolute, size, (content) => {
      // The object may be a link's, and the file what another client has made of it: a listing cannot tell.
      if (size <= SYMLINK_BODY_MAX && isSymlinkBody(content)) return "link";
      return isSame(content) ? "same" : "another";
    });
  const seen = await look((content) => hasContent(content, etag, checksum));
  const asked = seen === "another" && checksum === undefined ? await object.ask?.() : undefined;
  if (asked === undefined) return seen === "same";
  return (await look((content) => hasChecksum(content, asked))) === "same";
}

/** The same of a content in memory. */
export async function isContentOf(content: Buffer, object: Content): Promise<boolean> {
  if (content.length !== (object.size ?? content.length)) return false;
  if (hasContent(content, object.etag, object.checksum)) return true;
  const asked = object.checksum === undefined ? await object.ask?.() : undefined;
  return asked !== undefined && hasChecksum(content, asked);
}

function hasContent(content: Buffer, etag: string, checksum: Checksum | undefined): boolean {
  if (hash("md5", content, "hex") === etag) return true;
  return checksum !== undefined && hasChecksum(content, checksum);
}

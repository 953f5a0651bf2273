import { createHash } from "node:crypto";
import type { BigIntStats } from "node:fs";
import { readFile } from "node:fs/promises";
import type { HashCache } from "./hash-cache.ts";
import { isSymlinkBody, SYMLINK_BODY_MAX } from "./symlink.ts";

/** Whether the file at `absolute` has the content of an object: by size first, then by ETag. */
export async function isSameContent(
  absolute: string,
  stats: BigIntStats,
  object: { size: number; etag: string },
  cache: HashCache,
): Promise<boolean> {
  if (stats.size !== BigInt(object.size)) return false;
  if (object.size === 0 || object.size > SYMLINK_BODY_MAX)
    return cache.hasEtag(absolute, stats, object.etag);
  const content = await readFile(absolute);
  // The object may be a link's, and the file what another client has made of it: a listing cannot tell.
  if (isSymlinkBody(content)) return false;
  return createHash("md5").update(content).digest("hex") === object.etag;
}

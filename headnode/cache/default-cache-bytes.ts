import { statfs } from "node:fs/promises";

/** Of the disk with the work folders. */
const SHARE = 0.1;

/** Most bytes of the cache when nothing else is set: a tenth of the disk that a folder is on. */
export async function defaultCacheBytes(folder: string): Promise<number> {
  const { blocks, bsize } = await statfs(folder);
  return Math.floor(blocks * bsize * SHARE);
}

import type { FileStats } from "../../bucket/disk/file-stats.ts";

/**
 * A file that changed so short a time before its content was read could change once more within the same
 * tick of the file system's clock, without a trace in its times. Source: git, "racy-git"; FAT's tick is 2 s.
 */
const RACY_MS = 2000;

/**
 * Whether a file's size, times and inode tell from now on that its content is the one that was read.
 *
 * @param stats as they were before it was read
 * @param begun when reading began, or earlier, in milliseconds since 1970
 */
export function isSettled({ mtimeNs, ctimeNs }: FileStats, begun: number): boolean {
  return Math.max(Number(mtimeNs), Number(ctimeNs)) / 1e6 + RACY_MS <= begun;
}

import type { FileStats } from "../../bucket/disk/file-stats.ts";
import type { FileProperties } from "../../bucket/disk/new-files.ts";

/** Properties of a file that S3 cannot know, kept in its object's metadata as rclone does for `mtime`. */
export interface FileMetadata {
  /** Modification time, seconds since 1970 with a fraction of nine digits. */
  mtime: string;
  /** Permission bits in octal, such as 0755. */
  mode: string;
}

/** The metadata of a file. */
export function fileMetadata(
  stats: FileStats,
  platform: NodeJS.Platform = process.platform,
): FileMetadata {
  // A time before 1970 counts up from the second before it, as a file system does; it is stored as 1970.
  const mtimeNs = stats.mtimeNs < 0n ? 0n : stats.mtimeNs;
  const ns = (mtimeNs % 1_000_000_000n).toString().padStart(9, "0");
  return {
    mtime: `${mtimeNs / 1_000_000_000n}.${ns}`,
    // Windows has no such bits: what comes from there may be run, as with Docker's build contexts.
    mode: platform === "win32" ? "0755" : `0${(stats.mode & 0o777n).toString(8).padStart(3, "0")}`,
  };
}

/** Modification time (seconds) and mode in an object's metadata, as far as they are there and sound. */
export function parseFileMetadata(metadata: Readonly<Record<string, string>>): FileProperties {
  const { mtime, mode } = metadata;
  const hasTime = mtime !== undefined && /^\d{1,11}(\.\d{1,9})?$/.test(mtime);
  const hasMode = mode !== undefined && /^0?[0-7]{3}$/.test(mode);
  return {
    mtime: hasTime ? Number(mtime) : undefined,
    // The owner can always read and write what was fetched.
    mode: hasMode ? Number.parseInt(mode, 8) | 0o600 : undefined,
  };
}

/** The bits of a mode without any write bit: of a file that is declared to be read only. undefined for any other. */
export function readOnlyMode(mode: string | undefined): number | undefined {
  if (mode === undefined || !/^0?[0-7]{3}$/.test(mode)) return undefined;
  const bits = Number.parseInt(mode, 8);
  return (bits & 0o222) === 0 ? bits | 0o400 : undefined;
}

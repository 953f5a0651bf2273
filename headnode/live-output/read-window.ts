import { constants } from "node:fs";
import { type FileHandle, open, readlink } from "node:fs/promises";
import type { ByteWindow } from "../../protocol/live-output.ts";
import { outputPath } from "../jobs/output-path.ts";

/** Some bytes of a file that is being written. */
export interface FilePart extends ByteWindow {
  bytes: Uint8Array;
}

/**
 * Reads a part of a job's own output file. The job may put a link in its place at any instant, so what counts
 * is where the file is that was opened, not what its name said before.
 *
 * @param choose which bytes to read, from the file's size
 * @returns undefined when it is no plain file in the job's own folder
 */
export async function readWindow(
  folder: string,
  named: string,
  choose: (size: number) => ByteWindow,
): Promise<FilePart | undefined> {
  const found = await outputPath(folder, named);
  if (!found) return undefined;
  // Not blocking: it may be a pipe by now, to which nobody writes.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const file = await open(found.absolute, flags);
  try {
    const stats = await file.stat();
    // Linux tells the real place of an open file, whatever became of the folders on the way (proc(5)).
    const place = await readlink(`/proc/self/fd/${file.fd}`);
    if (!stats.isFile() || place !== found.absolute) return undefined;
    return await readPart(file, choose(stats.size));
  } finally {
    await file.close();
  }
}

/** Reads what is there: a file that became shorter gives fewer bytes. */
async function readPart(file: FileHandle, { start, end }: ByteWindow): Promise<FilePart> {
  const bytes = Buffer.allocUnsafe(end - start);
  let filled = 0;
  while (filled < bytes.length) {
    const { bytesRead } = await file.read(bytes, filled, bytes.length - filled, start + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return { start, end: start + filled, bytes: bytes.subarray(0, filled) };
}

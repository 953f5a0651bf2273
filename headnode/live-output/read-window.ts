import { closeSync, fstatSync, read } from "node:fs";
import { promisify } from "node:util";
import { openLater } from "../../bucket/disk/open-to-read.ts";
import type { ByteWindow } from "../../protocol/live-output.ts";
import { outputPath } from "../jobs/output-path.ts";

const readInThread = promisify(read);

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
 * @throws FileError when it became something else, or elsewhere, at the last instant
 */
export async function readWindow(
  folder: string,
  named: string,
  choose: (size: number) => ByteWindow,
): Promise<FilePart | undefined> {
  const found = await outputPath(folder, named);
  if (!found) return undefined;
  const file = await openLater(found.absolute, { within: found.root, noFollow: true });
  try {
    return await readPart(file, choose(fstatSync(file).size));
  } finally {
    closeSync(file);
  }
}

/** Reads what is there: a file that became shorter gives fewer bytes. */
async function readPart(file: number, { start, end }: ByteWindow): Promise<FilePart> {
  const bytes = Buffer.allocUnsafe(end - start);
  let filled = 0;
  while (filled < bytes.length) {
    const left = bytes.length - filled;
    const { bytesRead } = await readInThread(file, bytes, filled, left, start + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return { start, end: start + filled, bytes: bytes.subarray(0, filled) };
}

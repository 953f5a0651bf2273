import { read, readSync } from "node:fs";
import { promisify } from "node:util";
import { FileError, reasonOf } from "../../protocol/file-error.ts";
import { reason } from "../../protocol/reason.ts";
import type { Disk } from "../disk/disk.ts";

const readInThread = promisify(read);

/** An open file. */
export interface OpenFile {
  disk: Disk;
  /** Descriptor. */
  file: number;
  /** For errors. */
  path: string;
}

/**
 * Fills `into` from `position`, so that a file that shrank is an error and not a torn object.
 *
 * @throws FileError
 */
export async function readFully(
  { disk, file, path }: OpenFile,
  into: Uint8Array,
  position: number,
): Promise<void> {
  let filled = 0;
  while (filled < into.length) {
    const [from, left] = [filled, into.length - filled];
    let bytes: number;
    try {
      bytes = await disk.ask(
        () => readSync(file, into, from, left, position + from),
        async () => (await readInThread(file, into, from, left, position + from)).bytesRead,
        left,
      );
    } catch (cause) {
      throw new FileError(path, reasonOf(cause), { cause });
    }
    if (bytes === 0) throw new FileError(path, reason("became-shorter"));
    filled += bytes;
  }
}

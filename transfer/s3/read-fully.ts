import { readSync } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { CloudSubmitError, messageOf } from "../../protocol/error.ts";
import type { Disk } from "../disk/disk.ts";

/** An open file. */
export interface OpenFile {
  disk: Disk;
  file: FileHandle;
  /** For errors. */
  path: string;
}

/**
 * Fills `into` from `position`, so that a file that shrank is an error and not a torn object.
 *
 * @throws CloudSubmitError `transfer`
 */
export async function readFully(
  { disk, file, path }: OpenFile,
  into: Uint8Array,
  position: number,
): Promise<void> {
  let filled = 0;
  while (filled < into.length) {
    const [from, left] = [filled, into.length - filled];
    let read: number;
    try {
      read = await disk.ask(
        () => readSync(file.fd, into, from, left, position + from),
        async () => (await file.read(into, from, left, position + from)).bytesRead,
        left,
      );
    } catch (cause) {
      throw new CloudSubmitError("transfer", `${path}: ${messageOf(cause)}`, { cause });
    }
    if (read === 0)
      throw new CloudSubmitError("transfer", `${path}: became shorter while it was read`);
    filled += read;
  }
}

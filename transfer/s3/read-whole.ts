import { CloudSubmitError, messageOf } from "../../protocol/error.ts";
import type { Disk } from "../disk/disk.ts";
import { readStart } from "../disk/files.ts";

/**
 * Fills `into` with a file of that many bytes, so that one that shrank is an error and not a torn object.
 *
 * @throws CloudSubmitError `transfer` when it shrank or cannot be read; the system's error when it cannot be opened
 */
export async function readWhole(disk: Disk, path: string, into: Uint8Array): Promise<void> {
  let bytes: number;
  try {
    bytes = await readStart(disk, path, into);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).syscall === "open") throw cause;
    throw new CloudSubmitError("transfer", `${path}: ${messageOf(cause)}`, { cause });
  }
  if (bytes < into.length)
    throw new CloudSubmitError("transfer", `${path}: became shorter while it was read`);
}

import * as callbacks from "node:fs";
import { promisify } from "node:util";
import { ownDisk } from "./disk.ts";
import { closeFile, openOn, writeAt } from "./files.ts";

/** A disk takes its time for this, however quick it is. */
const syncInThread = promisify(callbacks.fdatasync);

/**
 * Writes text at a position of a file of this program's own, which is there; on disk when this returns. After a crash, some
 * of the text may be there and some not.
 *
 * @param position bytes from the beginning
 */
export async function addToFile(path: string, text: string, position: number): Promise<void> {
  const { O_WRONLY, O_NOFOLLOW } = callbacks.constants;
  const file = await openOn(ownDisk, path, O_WRONLY | O_NOFOLLOW);
  try {
    await writeAt(ownDisk, file, Buffer.from(text), position);
    await syncInThread(file);
  } finally {
    await closeFile(ownDisk, file);
  }
}

import * as callbacks from "node:fs";
import { promisify } from "node:util";
import { ownDisk } from "./disk.ts";
import { closeFile, writeAt } from "./files.ts";

const openInThread = promisify(callbacks.open);
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
  const flags = O_WRONLY | O_NOFOLLOW;
  const file = await ownDisk.ask(
    () => callbacks.openSync(path, flags),
    () => openInThread(path, flags),
  );
  try {
    await writeAt(ownDisk, file, Buffer.from(text), position);
    await syncInThread(file);
  } finally {
    await closeFile(ownDisk, file);
  }
}

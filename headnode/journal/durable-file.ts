import { randomUUID } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";

/**
 * Replaces a file so that after any crash it holds either the old or the new text: temporary file,
 * fsync, rename, fsync of the folder.
 *
 * @param sync makes the folder's changes last; several files of a folder may share it
 */
export async function writeDurably(
  path: string,
  text: string,
  sync = () => syncFolder(dirname(path)),
): Promise<void> {
  const temporary = join(dirname(path), `.${randomUUID()}`);
  try {
    const file = await open(temporary, "wx", 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await sync();
}

/** Makes a folder's own changes (a rename, a removal) last. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

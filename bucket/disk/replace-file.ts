import { randomUUID } from "node:crypto";
import { open, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { renameOver } from "./rename-over.ts";

export interface ReplaceOptions {
  /** Permissions; those of the owner alone unless they are given. */
  mode?: number;
  /**
   * Whether the new text outlasts a crash once this returns: fsync, also of the folder. A function makes the
   * folder's changes last; several files of a folder may share it.
   */
  durable?: boolean | (() => Promise<void>);
}

/** Replaces a file: at any time, and after any crash, it holds either the old or the new text. */
export async function replaceFile(
  path: string,
  text: string,
  { mode, durable = false }: ReplaceOptions = {},
): Promise<void> {
  await replaceWith(path, async (beside) => {
    const file = await open(beside, "wx", 0o600);
    try {
      if (mode !== undefined) await file.chmod(mode);
      await file.writeFile(text);
      if (durable) await file.sync();
    } finally {
      await file.close();
    }
  });
  if (durable) await (durable === true ? syncFolder(dirname(path)) : durable());
}

/**
 * Makes something beside `path` and puts it in its place in one step.
 *
 * @param beside where it is made, on the same disk; undefined: a hidden file
 */
export async function replaceWith(
  path: string,
  make: (beside: string) => Promise<void>,
  beside = join(dirname(path), `.${randomUUID()}`),
): Promise<void> {
  try {
    await make(beside);
    await renameOver(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
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

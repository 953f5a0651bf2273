import { randomUUID } from "node:crypto";
import * as callbacks from "node:fs";
import { fchmodSync } from "node:fs";
import { rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { ownDisk } from "./disk.ts";
import { closeFile, openOn, writeAt } from "./files.ts";
import { renameOn } from "./names.ts";
import { renameOver } from "./rename-over.ts";

/** A disk takes its time for this, however quick it is. */
const syncInThread = promisify(callbacks.fsync);

export interface ReplaceOptions {
  /** Permissions; those of the owner alone unless they are given. */
  mode?: number;
  /**
   * Whether the new text outlasts a crash once this returns: fsync, also of the folder. A function makes the
   * folder's changes last; several files of a folder may share it.
   */
  durable?: boolean | (() => Promise<void>);
  /** So many bytes at the beginning, made when all others are written. */
  first?: { length: number; make: () => Uint8Array };
}

/**
 * Replaces a file of this program's own: at any time, and after any crash, it holds either the old or the new text.
 *
 * @param text or its bytes, in pieces: each is written before the next one is asked for, and not looked at after that
 */
export async function replaceFile(
  path: string,
  text: string | Iterable<Uint8Array>,
  { mode, durable = false, first }: ReplaceOptions = {},
): Promise<void> {
  const make = async (beside: string) => {
    const file = await openOn(ownDisk, beside, "wx");
    try {
      if (mode !== undefined) fchmodSync(file, mode);
      let position = first?.length ?? 0;
      for (const piece of typeof text === "string" ? [Buffer.from(text)] : text) {
        await writeAt(ownDisk, file, piece, position);
        position += piece.length;
      }
      if (first) await writeAt(ownDisk, file, first.make(), 0);
      if (durable) await syncInThread(file);
    } finally {
      await closeFile(ownDisk, file);
    }
  };
  await replaceWith(path, make, { rename: (from, to) => renameOn(ownDisk, from, to) });
  if (durable) await (durable === true ? syncFolder(dirname(path)) : durable());
}

export interface ReplaceWithOptions {
  /** Where it is made, on the same disk (default: a hidden file in the same folder). */
  beside?: string;
  rename?: (from: string, to: string) => Promise<void>;
}

/** Makes something beside `path` and puts it in its place in one step. */
export async function replaceWith(
  path: string,
  make: (beside: string) => Promise<void>,
  { beside = join(dirname(path), `.${randomUUID()}`), rename }: ReplaceWithOptions = {},
): Promise<void> {
  try {
    await make(beside);
    await renameOver(beside, path, rename && { rename });
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}

/** Makes the changes of a folder of this program's own (a rename, a removal) last. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await openOn(ownDisk, path, "r");
  try {
    await syncInThread(folder);
  } finally {
    await closeFile(ownDisk, folder);
  }
}

import { rm, stat, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { makeFolder } from "./make-folder.ts";

/** Between looks at a lock that another one has. */
const PAUSE_MS = 5;
/** Work under such a lock takes milliseconds: after so long whoever took it is gone. */
const STALE_MS = 5_000;

/**
 * Does short work on a file that several processes change: one at a time. Where the lock cannot be taken, as in a folder
 * that cannot be written to, the work is done all the same.
 *
 * @param lock path of a file that is there while the work is done
 */
export async function withLock<T>(lock: string, work: () => Promise<T>): Promise<T> {
  const isHeld = await take(lock);
  try {
    return await work();
  } finally {
    if (isHeld) await rm(lock, { force: true });
  }
}

async function take(lock: string): Promise<boolean> {
  for (;;) {
    try {
      await writeFile(lock, "", { flag: "wx", mode: 0o600 });
      return true;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "ENOENT" && (await isMade(dirname(lock)))) continue;
      if (code !== "EEXIST") return false;
    }
    const since = await stat(lock).catch(() => undefined);
    if (since && Date.now() - since.mtimeMs > STALE_MS) await rm(lock, { force: true });
    else await sleep(PAUSE_MS);
  }
}

async function isMade(folder: string): Promise<boolean> {
  try {
    await makeFolder(folder, 0o700);
    return true;
  } catch {
    return false;
  }
}

import { rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { LockByName } from "../../bucket/disk/lock-by-name.ts";

/** A partial file that was not written to for this long is abandoned. */
const ABANDONED_MS = 3_600_000;

interface AbandonedOptions {
  /** How the names of further downloads' locks begin; the end is that of all their names. */
  user: string;
  lockOf: (name: string) => LockByName;
  /** Milliseconds since 1970. */
  now: () => number;
}

/**
 * Removes what downloads have left in their folder: partial files that were given up, such as versions that were replaced,
 * and all of further downloads that were killed, since nobody goes on with names of a download's own.
 *
 * @param names all in the folder but the first download's lock
 */
export async function removeAbandoned(
  folder: string,
  names: readonly string[],
  { user, lockOf, now }: AbandonedOptions,
): Promise<void> {
  const remove = (name: string) => rm(join(folder, name), { recursive: true, force: true });
  for (const name of names) {
    if (!name.startsWith(user)) {
      const stats = await stat(join(folder, name)).catch(() => undefined);
      if (stats && now() - stats.mtimeMs > ABANDONED_MS) await remove(name);
      continue;
    }
    const lock = lockOf(name);
    if (!(await lock.take())) continue;
    const own = name.slice(user.length);
    for (const other of names) if (other !== name && other.endsWith(own)) await remove(other);
    await lock.release();
  }
}

import { setTimeout as sleep } from "node:timers/promises";
import { LockByName } from "./lock-by-name.ts";

/** Between looks at a lock that another one has. */
const PAUSE_MS = 5;
/** Work under such a lock takes milliseconds: after so long whoever took it is gone. */
const STALE_MS = 5_000;

/**
 * Does short work on a file that several processes change: one at a time. Where the lock cannot be taken, as in a folder
 * that cannot be written to, the work is done all the same.
 *
 * @param path of a file that is there while the work is done
 */
export async function withLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  const lock = new LockByName(path, { leftAfterMs: STALE_MS, now: Date.now, mode: 0o700 });
  try {
    while (!(await lock.take())) await sleep(PAUSE_MS);
  } catch {
    return work();
  }
  try {
    return await work();
  } finally {
    await lock.release();
  }
}

import { readFileSync, statSync } from "node:fs";

/** Linux lists all locks that this process may know of here. Source: proc(5), /proc/locks. */
const LOCKS = "/proc/locks";

/**
 * Whether the system lists a lock of flock(2) on a file. False says nothing: other systems have no such list, and some file
 * systems give another device there than to stat(2). It takes a tenth of a millisecond; to try the lock takes another
 * process (file-lock.ts).
 */
export function isListedLock(path: string, locks = LOCKS): boolean {
  try {
    const { dev, ino } = statSync(path, { bigint: true });
    const major = ((dev >> 8n) & 0xfffn) | ((dev >> 32n) & ~0xfffn);
    const minor = (dev & 0xffn) | ((dev >> 12n) & ~0xffn);
    const place = [major, minor].map((part) => part.toString(16).padStart(2, "0")).join(":");
    // One who waits for a lock has an arrow in front of the kind.
    const held = new RegExp(`^\\d+: FLOCK +ADVISORY +WRITE +-?\\d+ ${place}:${ino} `, "m");
    return held.test(readFileSync(locks, "utf8"));
  } catch {
    return false;
  }
}

import { hash } from "node:crypto";
import type * as files from "node:fs/promises";
import { hostname } from "node:os";
import { succeeds } from "../flow/succeeds.ts";
import type { ListedProcess } from "../listed-process.ts";
import { OWN_TEXT } from "./as-own.ts";

/** When a lock was left behind, and how one is made. */
export interface LockOptions {
  /** So long after it was made. */
  leftAfterMs: number;
  /** Looks a process of this machine up: its lock is left as soon as it has ended, and never before; undefined: the time decides. */
  processOf?: ((pid: string) => ListedProcess | undefined) | undefined;
  /** Milliseconds since 1970. */
  now: () => number;
  /** Permissions of the lock's folder, which is made where there is none. The file has them, as far as files have them. */
  mode: number;
  files?: Pick<typeof files, "writeFile" | "readFile" | "stat" | "rename" | "rm">;
}

/** The lock of a name: see LockByName. */
interface Lock {
  readonly path: string;
  take: () => Promise<boolean>;
  release: () => Promise<void>;
}

/**
 * Takes over a lock that was left behind. It is not removed: between a look at it and that, another one may have put its own
 * there. It is replaced, in one step, by whoever has a second lock, whose name is made of what the first one says, and then
 * still finds that there: nobody else may replace it meanwhile. The second one is renamed to the first. It may have been left
 * behind, too, and is then taken over in the same way.
 *
 * @param held texts of the locks that this process has
 * @param lockOf makes the second one
 * @returns the second lock, which is in the place of the first; "taken": another one has the first, or is about to
 */
export async function replaceLeft<T extends Lock>(
  path: string,
  options: Required<LockOptions>,
  held: ReadonlySet<string>,
  lockOf: (path: string) => T,
): Promise<T | "taken" | "gone"> {
  const { files } = options;
  const look = async () => {
    // One that may not be read is of somebody who is not known.
    const text = await files.readFile(path, OWN_TEXT).catch(() => "");
    const stats = await files.stat(path).catch(() => undefined);
    return stats && { text, at: stats.mtimeMs, name: nameOf(text, stats.mtimeMs) };
  };
  const seen = await look();
  if (!seen) return "gone";
  if (!isLeft(seen, options, held)) return "taken";
  const lock = lockOf(`${path}-${seen.name}`);
  if (!(await lock.take())) return "taken";
  const isThere = (await look())?.name === seen.name;
  const isReplaced = isThere && (await succeeds(files.rename(lock.path, path)));
  if (isReplaced) return lock;
  await lock.release();
  // On Windows it stays while another one reads it.
  return isThere ? "taken" : "gone";
}

/** Of a lock that was made and not written yet, the time alone tells it from others. */
function nameOf(text: string, at: number): string {
  return hash("sha256", `${text} ${at}`, "hex").slice(0, 16);
}

function isLeft(
  { text, at }: { text: string; at: number },
  { leftAfterMs, processOf, now }: Required<LockOptions>,
  held: ReadonlySet<string>,
): boolean {
  const [pid, host, , startedAt] = text.split(" ");
  if (!processOf || host !== hostname()) return now() - at >= leftAfterMs;
  // In a container each process may have the same number as the one before.
  return Number(pid) === process.pid
    ? !held.has(text)
    : !isRunning(Number(pid), startedAt, processOf);
}

/** @param startedAt of the process that is meant, as it is listed: another one may have its number by now; undefined, "": not known */
function isRunning(
  pid: number,
  startedAt: string | undefined,
  processOf: NonNullable<LockOptions["processOf"]>,
): boolean {
  try {
    // Signal 0 only asks.
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  const listed = processOf(String(pid));
  if (!listed) return true;
  return !listed.hasEnded && (!startedAt || listed.startedAt === startedAt);
}

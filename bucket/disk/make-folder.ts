import { mkdir, stat } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * Makes a folder and those above it, as far as they are missing. Node.js's own way has no end where the system says of a
 * folder that it is there and of everything in it that it cannot be, as /proc and some automounters do (ENOENT).
 *
 * @param mode permissions of the folders that are made, as far as the umask allows them
 * @throws the system's error, such as EEXIST when something else is there
 */
export async function makeFolder(path: string, mode = 0o777): Promise<void> {
  try {
    await mkdir(path, mode);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" && dirname(path) !== path) {
      await makeFolder(dirname(path), mode);
      // A second time, and no more. Another process may make it, too.
      return mkdir(path, mode).catch((again: unknown) => unlessFolder(path, again));
    }
    await unlessFolder(path, error);
  }
}

/** A read-only disk says so of what is there, too. */
async function unlessFolder(path: string, error: unknown): Promise<void> {
  const there = await stat(path).catch(() => undefined);
  if (!there?.isDirectory()) throw error;
}

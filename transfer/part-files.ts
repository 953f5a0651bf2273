import { createHash, randomUUID } from "node:crypto";
import { mkdir, readdir, rm, rmdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";

/** Where files are while they are being downloaded, in the folder they are for: so on the same disk. */
export const PARTS_FOLDER = ".cloud-submit-parts";

/** What nobody has written to for so long is not being downloaded any more. */
const ABANDONED_MS = 3_600_000;

/** How the names begin of what is made beside a file to take its place. */
const BESIDE = `${PARTS_FOLDER}-`;

/** Whether a path (relative, with `/`) is where unfinished downloads are. */
export function isPartsPath(path: string): boolean {
  if (path === PARTS_FOLDER || path.startsWith(`${PARTS_FOLDER}/`)) return true;
  return path.startsWith(BESIDE, path.lastIndexOf("/") + 1);
}

/** A new name beside a file, for what is to take its place in one step. */
export function pathBeside(target: string): string {
  return join(dirname(target), `${BESIDE}${randomUUID()}`);
}

/** The unfinished downloads of a folder. They have lasting names, so that the next download goes on with them. */
export class PartFiles {
  readonly #folder: string;

  constructor(root: string) {
    this.#folder = join(root, PARTS_FOLDER);
  }

  async open(): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
  }

  /** Where this version of an object is while it comes. */
  path(key: string, etag: string): string {
    const name = createHash("sha256").update(`${etag}\0${key}`).digest("hex").slice(0, 32);
    return join(this.#folder, name);
  }

  /** Removes what was begun and given up, such as versions that were replaced, and the folder if it is empty. */
  async close(now: number): Promise<void> {
    for (const name of await readdir(this.#folder)) {
      const path = join(this.#folder, name);
      const stats = await stat(path).catch(() => undefined);
      if (stats && now - stats.mtimeMs > ABANDONED_MS) await rm(path, { recursive: true });
    }
    // Another download into the folder may be using it.
    await rmdir(this.#folder).catch(() => undefined);
  }
}

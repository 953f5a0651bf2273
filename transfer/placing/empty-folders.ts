import { join, posix } from "node:path";
import type { Disk } from "../../bucket/disk/disk.ts";
import { entriesOf } from "../../bucket/disk/files.ts";
import { isPartsPath } from "./partial-files.ts";

/** Folders that are remembered; a listing comes folder by folder. */
const REMEMBERED_MAX = 4096;

/**
 * Which folders held nothing, or were not there, when a download came to them: where nothing is, nothing need be looked at
 * for each file. What comes into such a folder later is found when a file is put into its place.
 */
export class EmptyFolders {
  readonly #disk: Disk;
  readonly #root: string;
  readonly #known = new Map<string, boolean | Promise<boolean>>();

  constructor(disk: Disk, root: string) {
    this.#disk = disk;
    this.#root = root;
  }

  /** @param folder relative, with `/`; `.` is the root */
  has(folder: string): boolean | Promise<boolean> {
    const held = this.#known.get(folder);
    if (held !== undefined) return held;
    if (this.#known.size >= REMEMBERED_MAX) this.#known.clear();
    const looking = this.#look(folder).then((isEmpty) => {
      // Files are asked for one after the other, and most of them when it is known.
      this.#known.set(folder, isEmpty);
      return isEmpty;
    });
    this.#known.set(folder, looking);
    return looking;
  }

  async #look(folder: string): Promise<boolean> {
    if (folder !== "." && (await this.has(posix.dirname(folder)))) return true;
    try {
      for await (const some of entriesOf(this.#disk, join(this.#root, folder)))
        if (some.some(({ name }) => !isPartsPath(name.toString()))) return false;
      return true;
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === "ENOENT";
    }
  }
}

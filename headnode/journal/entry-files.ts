import { join } from "node:path";
import { addToFile } from "../../bucket/disk/add-to-file.ts";
import { replaceFile, syncFolder } from "../../bucket/disk/replace-file.ts";
import { shareNext } from "../upkeep/share-next.ts";
import { encodeEntry } from "./entry-file.ts";
import type { JobEntry } from "./job-entry.ts";
import { isDiskFull, type SpareFiles } from "./spare-files.ts";

/** Bytes of a file that is added to: it is read whole. */
const FILE_MAX = 64 << 10;

/** The files of the submissions for which something is to be done. One of them is written once at a time. */
export class EntryFiles {
  readonly #folder: string;
  readonly #spares: SpareFiles | undefined;
  readonly #sync: () => Promise<void>;
  /** Bytes of the files that this run has written, and that end there. */
  readonly #lengths = new Map<string, number>();

  /** @param spares room for when the disk is full; undefined: none */
  constructor(folder: string, spares: SpareFiles | undefined) {
    this.#folder = folder;
    this.#spares = spares;
    this.#sync = shareNext(() => syncFolder(folder));
  }

  /**
   * Writes an entry's state, which is on disk when this returns: behind the earlier ones of its file, which asks the disk
   * for neither a new file nor a new name, or into a new file. Of what has ended, the file holds the end alone.
   */
  async keep(name: string, entry: JobEntry): Promise<void> {
    const path = join(this.#folder, name);
    const text = encodeEntry(entry);
    const bytes = Buffer.byteLength(text);
    const length = this.#lengths.get(name) ?? Number.POSITIVE_INFINITY;
    this.#lengths.delete(name);
    const mayAdd = entry.phase !== "done" && length + bytes <= FILE_MAX;
    if (mayAdd && (await isAdded(path, text, length))) this.#lengths.set(name, length + bytes);
    else if (await this.#replace(path, text)) this.#lengths.set(name, bytes);
  }

  /** A file is no longer one of these. */
  forget(name: string): void {
    this.#lengths.delete(name);
  }

  /** @returns whether the file ends with the text */
  async #replace(path: string, text: string): Promise<boolean> {
    try {
      await replaceFile(path, text, { durable: this.#sync });
    } catch (error) {
      if (!this.#spares || !isDiskFull(error)) throw error;
      await this.#spares.replace(path, text, this.#sync);
      return false;
    }
    // There is room again.
    if (this.#spares?.isShort) void this.#spares.fill();
    return true;
  }
}

/** @returns false when it cannot be added: what stands in the way may not do so for a new file */
async function isAdded(path: string, text: string, position: number): Promise<boolean> {
  try {
    await addToFile(path, text, position);
    return true;
  } catch {
    return false;
  }
}

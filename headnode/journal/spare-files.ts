import { randomBytes, randomUUID } from "node:crypto";
import { link, mkdir, open, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { replaceFile } from "../../bucket/disk/replace-file.ts";
import { succeeds } from "../../bucket/flow/succeeds.ts";
import { messageOf } from "../../protocol/error.ts";
import type { Log } from "../log.ts";
import { END_OF_ENTRY } from "./entry-file.ts";

/** How much of the disk is kept for the journal: so many files of so many bytes each. */
export interface Reserve {
  files: number;
  bytes: number;
}

interface Spare {
  name: string;
  /** Bytes that can be written into it without asking the disk for room. */
  bytes: number;
}

/** Codes of a disk that has no room, or none for this user. */
const FULL: ReadonlySet<string | undefined> = new Set(["ENOSPC", "EDQUOT"]);

/**
 * Room for the journal on a disk that jobs have filled. Space that is freed there is gone at once: the job that
 * fills the disk takes it. So nothing is freed: a text goes into a file that has its blocks already, the file takes
 * the place of the old one, and the old one becomes spare. Neither a block nor an inode is asked for.
 */
export class SpareFiles {
  readonly #folder: string;
  readonly #reserve: Reserve;
  readonly #log: Log;
  #spares: Spare[] = [];
  #filling: Promise<void> | undefined;

  private constructor(folder: string, reserve: Reserve, log: Log) {
    this.#folder = folder;
    this.#reserve = reserve;
    this.#log = log;
  }

  /** Takes over the spare files in a folder on the journal's disk, and makes those that are missing. */
  static async open(folder: string, reserve: Reserve, log: Log): Promise<SpareFiles> {
    const spares = new SpareFiles(folder, reserve, log);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    for (const name of await readdir(folder)) await spares.#takeOver(name);
    await spares.fill();
    return spares;
  }

  /** Makes the spare files that are missing, as far as there is room. */
  fill(): Promise<void> {
    this.#filling ??= this.#fill().finally(() => {
      this.#filling = undefined;
    });
    return this.#filling;
  }

  /** Whether some were used up. */
  get isShort(): boolean {
    return this.#spares.length < this.#reserve.files;
  }

  /**
   * As replaceFile, durable, on a disk that has no room.
   *
   * @param sync makes the changes of the file's folder last
   * @throws what the disk says when no spare file is large enough
   */
  async replace(path: string, text: string, sync: () => Promise<void>): Promise<void> {
    // Not truncated: what follows the text is not read, and its blocks stay the journal's.
    const ended = `${text}${END_OF_ENTRY}`;
    const bytes = Buffer.byteLength(ended);
    const fits = this.#spares.filter((spare) => spare.bytes >= bytes);
    const [spare] = fits.toSorted((one, other) => one.bytes - other.bytes);
    if (!spare) return this.#replaceLarge(path, text, bytes, sync);
    this.#spares = this.#spares.filter((other) => other !== spare);
    const from = join(this.#folder, spare.name);
    const file = await open(from, "r+");
    try {
      await file.write(ended, 0);
      await file.sync();
    } finally {
      await file.close();
    }
    const kept = randomUUID();
    const isKept = await succeeds(link(path, join(this.#folder, kept)));
    await rename(from, path);
    await sync();
    if (isKept) await this.#takeOver(kept);
  }

  /** A text for which no spare file is large enough: as many of them make room as it takes. */
  async #replaceLarge(
    path: string,
    text: string,
    bytes: number,
    sync: () => Promise<void>,
  ): Promise<void> {
    let room = 0;
    while (room < 2 * bytes) {
      const spare = this.#spares.pop();
      if (!spare) break;
      await rm(join(this.#folder, spare.name), { force: true });
      room += spare.bytes;
    }
    await replaceFile(path, text, { durable: sync });
  }

  async #fill(): Promise<void> {
    const filling = randomBytes(this.#reserve.bytes);
    try {
      while (this.isShort) {
        const name = randomUUID();
        // Random, so that no file system makes it smaller than it is.
        await writeFile(join(this.#folder, name), filling, { flag: "wx", mode: 0o600 }).catch(
          async (error: unknown) => {
            await rm(join(this.#folder, name), { force: true });
            throw error;
          },
        );
        this.#spares.push({ name, bytes: this.#reserve.bytes });
      }
    } catch (error) {
      const files = this.#spares.length;
      this.#log("warn", "the journal's reserve is not full", { files, error: messageOf(error) });
    }
  }

  async #takeOver(name: string): Promise<void> {
    const path = join(this.#folder, name);
    const { nlink, blocks } = await stat(path);
    // A crash came between two steps of `replace`: it is an entry's file, too, and never written into.
    if (nlink > 1) return rm(path, { force: true });
    this.#spares.push({ name, bytes: blocks * 512 });
  }
}

/** Whether an error says that a disk has no room. */
export function isDiskFull(error: unknown): boolean {
  return FULL.has((error as NodeJS.ErrnoException).code);
}

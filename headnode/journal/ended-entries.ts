import { mkdir, opendir, readdir, readFile, rename, rm, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import { replaceFile, syncFolder } from "../../bucket/disk/replace-file.ts";
import type { Log } from "../log.ts";
import { shareNext } from "../upkeep/share-next.ts";
import { decodeEntry, encodeEntry, fileName, isFileName } from "./entry-file.ts";
import type { JobEntry } from "./job-entry.ts";

/** One file of a submission that has ended, unread. */
export interface EndedFile {
  name: string;
  /** When the submission ended, milliseconds since 1970; 0 when that is not known. */
  endedMs: number;
}

/**
 * The submissions of which nothing more is to be done, each a file in a folder of its own. There may be tens
 * of thousands, and hardly one is ever asked for: none is in memory, and none is read before it is asked for.
 */
export class EndedEntries {
  readonly #folder: string;
  readonly #log: Log;
  readonly #sync: () => Promise<void>;

  constructor(folder: string, log: Log) {
    this.#folder = folder;
    this.#log = log;
    this.#sync = shareNext(() => syncFolder(folder));
  }

  async open(): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
  }

  /** The entry in a file; a damaged one is set aside as `*.damaged` and reported. */
  async read(name: string): Promise<JobEntry | undefined> {
    const path = this.#path(name);
    const text = await readFile(path, "utf8").catch(absent);
    if (text === undefined) return undefined;
    const entry = decodeEntry(text);
    if (entry && fileName(entry) === name) return entry;
    await rename(path, `${path}.damaged`);
    this.#log("error", "a damaged journal file was set aside", { file: `${name}.damaged` });
    return undefined;
  }

  /**
   * Takes an entry's file over from where unfinished ones are. After a crash it is in one place or in both,
   * with the same text.
   */
  async take(entry: JobEntry, from: string): Promise<void> {
    await this.#date(entry, from);
    await rename(from, this.#path(fileName(entry)));
    await this.#sync();
  }

  /** Replaces what an entry's file holds. */
  async write(entry: JobEntry): Promise<void> {
    const path = this.#path(fileName(entry));
    await replaceFile(path, encodeEntry(entry), { durable: this.#sync });
    await this.#date(entry, path);
  }

  async remove(name: string): Promise<void> {
    await rm(this.#path(name), { force: true });
  }

  /** The submission of a prefix that ended last; undefined when there is none. */
  async lastOf(prefix: string): Promise<JobEntry | undefined> {
    let last: EndedFile | undefined;
    for (const name of await readdir(this.#folder)) {
      if (!name.startsWith(`${prefix}@`) || !isFileName(name)) continue;
      const stats = await stat(this.#path(name)).catch(absent);
      if (stats && stats.mtimeMs >= (last?.endedMs ?? 0)) last = { name, endedMs: stats.mtimeMs };
    }
    return last && this.read(last.name);
  }

  /** Every file, the one that ended first in front. */
  async list(): Promise<EndedFile[]> {
    const files: EndedFile[] = [];
    for await (const { name } of await opendir(this.#folder)) {
      const stats = isFileName(name) && (await stat(this.#path(name)).catch(absent));
      if (stats) files.push({ name, endedMs: stats.mtimeMs });
    }
    return files.toSorted((a, b) => a.endedMs - b.endedMs);
  }

  /** The file's time is that of the end, so that cleaning need not read it. */
  async #date(entry: JobEntry, path: string): Promise<void> {
    const seconds = (Date.parse(entry.times.final ?? "") || 0) / 1000;
    await utimes(path, seconds, seconds);
  }

  #path(name: string): string {
    return join(this.#folder, name);
  }
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code === "ENOENT") return undefined;
  throw error;
}

import { appendFile, readFile } from "node:fs/promises";
import { replaceFile } from "../../bucket/disk/replace-file.ts";
import { unless } from "../../bucket/disk/unless.ts";
import { type CacheNote, cacheName, formatNote, parseNote } from "./cache-entry.ts";

/** Lines more than there are entries, from which on the file is written anew. */
const SPARE_LINES = 10_000;

/**
 * The file that tells what the files of the cache are: a line for each that was added or used, the last one of a file
 * counts. A line that was torn or lost in a crash costs a GET, and no more: so nothing waits for the disk.
 */
export class CacheNotes {
  readonly #path: string;
  #lines = 0;
  /** One write after the other. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(path: string) {
    this.#path = path;
  }

  /** The notes, from what was used longest ago on. */
  async read(): Promise<Map<string, CacheNote>> {
    const text = (await readFile(this.#path, "utf8").catch(unless("ENOENT"))) ?? "";
    const notes = new Map<string, CacheNote>();
    for (const line of text.split("\n")) {
      const note = line === "" ? undefined : parseNote(line);
      if (!note) continue;
      const name = cacheName(note);
      notes.delete(name);
      notes.set(name, note);
    }
    return notes;
  }

  /** Writes the file anew. */
  async write(notes: readonly CacheNote[]): Promise<void> {
    const text = notes.map((note) => `${formatNote(plain(note))}\n`).join("");
    await this.#next(() => replaceFile(this.#path, text));
    this.#lines = notes.length;
  }

  /** @param all what the file is to hold when it has grown too long */
  async add(note: CacheNote, all: () => readonly CacheNote[]): Promise<void> {
    // A line that a crash has torn ends here.
    const line = `\n${formatNote(plain(note))}\n`;
    await this.#next(() => appendFile(this.#path, line, { mode: 0o600 }));
    this.#lines += 1;
    if (this.#lines > 2 * all().length + SPARE_LINES) await this.write(all());
  }

  #next(write: () => Promise<void>): Promise<void> {
    const turn = this.#turn.catch(() => undefined).then(write);
    this.#turn = turn;
    return turn;
  }
}

/** Without what is in memory alone. */
function plain({ key, version, etag, size, digest, checksum, readKey }: CacheNote): CacheNote {
  return {
    key,
    ...(version !== undefined && { version }),
    etag,
    size,
    digest,
    checksum,
    ...(readKey !== undefined && { readKey }),
  };
}

import { mkdir, opendir, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { ownDisk } from "../../bucket/disk/disk.ts";
import { renameOn, setTimesOn, statsOn } from "../../bucket/disk/names.ts";
import { syncFolder } from "../../bucket/disk/replace-file.ts";
import { unless } from "../../bucket/disk/unless.ts";
import { eachBounded } from "../../bucket/flow/each-bounded.ts";
import { messageOf } from "../../protocol/error.ts";
import type { Log } from "../log.ts";
import { shareNext } from "../upkeep/share-next.ts";
import { EndedOrder, linkOver, type OrderedEntry } from "./ended-order.ts";
import { decodeEntry, fileName, idOfName } from "./entry-file.ts";
import type { JobEntry } from "./job-entry.ts";

/** In the folder of what has ended: a file for each submission. */
export const FILES_FOLDER = "files";

/** Files of an earlier version that are moved at a time. */
const MOVED_AT_ONCE = 64;

/** A submission that has ended, unread. */
export interface EndedEntry extends OrderedEntry {
  /** Its work folder was removed to make room. */
  isCleaned: boolean;
}

/**
 * The submissions of which nothing more is to be done. There may be a hundred thousand, and hardly one is ever asked
 * for: none is in memory, and nothing is done whose cost grows with their number. A file is found by up to three names:
 * that of its submission, that of its prefix if it is the last one of that, and one in the order in which they ended.
 */
export class EndedEntries {
  readonly #folder: string;
  readonly #files: string;
  readonly #lastFolder: string;
  readonly #log: Log;
  /** Those whose work folders are there, as far as is known, and the others. */
  readonly #kept: EndedOrder;
  readonly #cleaned: EndedOrder;
  readonly #syncFiles: () => Promise<void>;
  readonly #syncLast: () => Promise<void>;
  /** Which one is the last of its prefix is decided for one after the other. */
  #turn: Promise<unknown> = Promise.resolve();
  /** Whether there are files where earlier versions had them: in the folder itself. */
  #hasEarlier = false;
  #moving: Promise<void> | undefined;

  constructor(folder: string, log: Log) {
    this.#folder = folder;
    this.#files = join(folder, FILES_FOLDER);
    this.#lastFolder = join(folder, "last");
    this.#log = log;
    this.#kept = new EndedOrder(join(folder, "hours"));
    this.#cleaned = new EndedOrder(join(folder, "cleaned"));
    this.#syncFiles = shareNext(() => syncFolder(this.#files));
    this.#syncLast = shareNext(() => syncFolder(this.#lastFolder));
  }

  async open(): Promise<void> {
    for (const folder of [this.#files, this.#lastFolder])
      await mkdir(folder, { recursive: true, mode: 0o700 });
    await this.#kept.open();
    await this.#cleaned.open();
    for await (const _name of this.#earlier()) {
      this.#hasEarlier = true;
      return;
    }
  }

  /** The entry in a file; a damaged one is set aside as `*.damaged` and reported. */
  async read(name: string): Promise<JobEntry | undefined> {
    const isRight = (entry: JobEntry) => fileName(entry) === name;
    const found = await this.#read(join(this.#files, name), isRight);
    if (found || !this.#hasEarlier) return found;
    // It may be moved just now.
    return (
      (await this.#read(join(this.#folder, name), isRight)) ??
      (await this.#read(join(this.#files, name), isRight))
    );
  }

  /**
   * Takes an entry's file over from where unfinished ones are. Its other names come first: after a crash it is taken
   * over again, or has them all.
   */
  async take(entry: JobEntry, from: string): Promise<void> {
    const endedMs = Date.parse(entry.times.final ?? "") || 0;
    await setTimesOn(ownDisk, from, endedMs / 1000);
    await this.#place(entry.prefix, fileName(entry), { from, endedMs });
  }

  /** The submission of a prefix that ended last; undefined when there is none. */
  async lastOf(prefix: string): Promise<JobEntry | undefined> {
    await this.moveEarlier();
    return this.#read(join(this.#lastFolder, prefix), (entry) => entry.prefix === prefix);
  }

  /** Those that ended in hours that were over by then, whether or not their work folders are there. */
  async *before(ms: number): AsyncGenerator<EndedEntry> {
    await this.#tryMove();
    for await (const entry of this.#kept.entries(ms)) yield { ...entry, isCleaned: false };
    for await (const entry of this.#cleaned.entries(ms)) yield { ...entry, isCleaned: true };
  }

  /** Those whose work folders may be there, from the oldest hour on. */
  async *uncleaned(): AsyncGenerator<EndedEntry> {
    await this.#tryMove();
    for await (const entry of this.#kept.entries()) yield { ...entry, isCleaned: false };
  }

  /** Notes that a work folder is gone. */
  async setCleaned(entry: EndedEntry): Promise<void> {
    await this.#cleaned.move(entry, this.#kept);
  }

  /** Forgets a submission. Its name in the order goes last: after a crash it is forgotten again. */
  async remove(entry: EndedEntry): Promise<void> {
    const file = join(this.#files, entry.name);
    const last = join(this.#lastFolder, entry.prefix);
    await this.#inTurn(async () => {
      const end = await this.#read(last, ({ prefix }) => prefix === entry.prefix);
      if (end?.submission === entry.submission) await rm(last, { force: true });
    });
    await rm(file, { force: true });
    await (entry.isCleaned ? this.#cleaned : this.#kept).remove(entry);
  }

  /** Moves what an earlier version has left to where it is now. */
  moveEarlier(): Promise<void> {
    if (!this.#hasEarlier) return Promise.resolve();
    const move = async (name: string) => {
      const from = join(this.#folder, name);
      const { mtimeMs: endedMs } = await stat(from);
      await this.#place(idOfName(name)?.prefix ?? "", name, { from, endedMs });
    };
    this.#moving ??= eachBounded(this.#earlier(), MOVED_AT_ONCE, move)
      .then(() => {
        this.#hasEarlier = false;
      })
      .finally(() => {
        this.#moving = undefined;
      });
    return this.#moving;
  }

  /** On a full disk what can be moved is enough: its folders make room for the rest. */
  async #tryMove(): Promise<void> {
    await this.moveEarlier().catch((error: unknown) =>
      this.#log("warn", "ended submissions of an earlier version are not moved yet", {
        error: messageOf(error),
      }),
    );
  }

  async *#earlier(): AsyncGenerator<string> {
    for await (const { name } of await opendir(this.#folder)) if (idOfName(name)) yield name;
  }

  async #place(
    prefix: string,
    name: string,
    { from, endedMs }: { from: string; endedMs: number },
  ): Promise<void> {
    await Promise.all([
      this.#kept.add(name, endedMs, from),
      this.#inTurn(() => this.#setLast(join(this.#lastFolder, prefix), from, endedMs)).then(() =>
        this.#syncLast(),
      ),
    ]);
    await renameOn(ownDisk, from, join(this.#files, name));
    await this.#syncFiles();
  }

  /** The file's time is that of the end: none is read. */
  async #setLast(last: string, file: string, endedMs: number): Promise<void> {
    const other = await statsOn(ownDisk, last);
    if (!other || other.mtimeMs <= endedMs) await linkOver(file, last);
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined);
    return done;
  }

  async #read(path: string, isRight: (entry: JobEntry) => boolean): Promise<JobEntry | undefined> {
    const text = await readFile(path, "utf8").catch(unless("ENOENT"));
    if (text === undefined) return undefined;
    const entry = decodeEntry(text);
    if (entry && isRight(entry)) return entry;
    await rename(path, `${path}.damaged`);
    this.#log("error", "a damaged journal file was set aside", { file: `${path}.damaged` });
    return undefined;
  }
}

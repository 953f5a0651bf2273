import { randomUUID } from "node:crypto";
import { link, lstat, readdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { makeFolder } from "../../bucket/disk/make-folder.ts";
import type { FetchedFile } from "../../bucket/object-store.ts";
import { CloudSubmitError, messageOf } from "../../protocol/error.ts";
import { READ_KEY_METADATA, readKeyOf } from "../../protocol/read-key.ts";
import { parseSymlink } from "../../transfer/links/symlink.ts";
import type { Brought, Destination, WantedObject } from "../../transfer/local-objects.ts";
import type { Log } from "../log.ts";
import { type CacheEntry, type CacheNote, cacheName } from "./cache-entry.ts";
import { CacheIndex } from "./cache-index.ts";
import { CacheNotes } from "./cache-notes.ts";
import {
  copyByReference,
  copyOut,
  digestOf,
  linkOut,
  seenFile,
  setMetadata,
} from "./cached-file.ts";

/** Smaller objects are fetched again: a copy saves little. */
export const CACHED_FROM = 64 << 10;

/** More are not held, whatever there is room for: each costs memory. */
const ENTRIES_MAX = 50_000;

/** For so long after the disk was full, nothing is added, in milliseconds. */
const PAUSE_MS = 600_000;
/** Errors are told of once in this time. */
const COMPLAINTS_MS = 600_000;
/** The use of an entry is noted once in this time. */
const USE_NOTED_MS = 3_600_000;

const DISK_FULL: ReadonlySet<string> = new Set(["ENOSPC", "EDQUOT"]);

export interface ObjectCacheOptions {
  /** Holds the files, on the disk of the work folders. */
  folder: string;
  /** The file that tells what they are: where compute nodes cannot write. */
  notes: string;
  /** 0: nothing is kept. */
  maxBytes: number;
  log: Log;
  now: () => Date;
}

/** Copies of objects on the Head Node's disk. An error of its own costs a GET, and never a job. */
export class ObjectCache {
  readonly #options: ObjectCacheOptions;
  readonly #index: CacheIndex;
  readonly #notes: CacheNotes;
  #isOpen = false;
  #pausedUntil = 0;
  #complainedAt = Number.NEGATIVE_INFINITY;
  /** Links to one file are made one after the other. */
  readonly #turns = new WeakMap<CacheEntry, Promise<unknown>>();

  private constructor(options: ObjectCacheOptions) {
    this.#options = options;
    this.#index = new CacheIndex(options.maxBytes, ENTRIES_MAX);
    this.#notes = new CacheNotes(options.notes);
  }

  /** Opens the cache as an earlier agent has left it: contents are not looked at. One that cannot be opened holds nothing. */
  static async open(options: ObjectCacheOptions): Promise<ObjectCache> {
    const cache = new ObjectCache(options);
    await cache.#open().catch((error: unknown) => cache.#complain("cannot be opened", error));
    return cache;
  }

  /** Bytes of what it holds. */
  get bytes(): number {
    return this.#index.bytes;
  }

  /** Whether it seems to have an object. */
  has(wanted: WantedObject): boolean {
    return this.#index.find(wanted) !== undefined;
  }

  /**
   * Places an object: at its target as a link to the file in the cache, if it is to be read only, or a copy at `part`.
   *
   * @returns undefined: it does not have it
   */
  async place(wanted: WantedObject, to: Destination): Promise<Brought | undefined> {
    const entry = this.#index.find(wanted);
    if (!entry) return undefined;
    this.#index.use(entry);
    try {
      const how = await this.#put(entry, wanted, to);
      if (how === "damaged") {
        this.#complain("a file was damaged, and is fetched again", entry.key);
        await this.#drop(entry);
        return undefined;
      }
      await this.#noteUse(entry);
      const { size, etag, checksum, readKey } = entry;
      const metadata = readKey === undefined ? {} : { [READ_KEY_METADATA]: readKey };
      return {
        object: { size, etag, checksum, metadata },
        isLocal: true,
        isPlaced: how === "linked",
      };
    } catch (error) {
      this.#complain("a file cannot be used", error);
      await rm(to.part, { force: true }).catch(() => undefined);
      if (isDiskFull(error)) await this.makeRoom();
      else await this.#drop(entry);
      return undefined;
    } finally {
      this.#index.endUse(entry);
    }
  }

  /**
   * Keeps what was fetched, as far as that is worth it and there is room.
   *
   * @returns whether the file is at its target by now, and in the cache, too; else it stays where it is
   */
  async keep(wanted: WantedObject, object: FetchedFile, to: Destination): Promise<boolean> {
    const { size, etag } = object;
    if (size < CACHED_FROM || !this.#isOpen || this.#options.now().getTime() < this.#pausedUntil)
      return false;
    if (etag === "" || etag !== wanted.etag || size !== wanted.size) return false;
    if (parseSymlink(object.metadata) !== undefined) return false;
    const readKey = readKeyOf(object.metadata);
    const version = object.versionId === "null" ? undefined : object.versionId;
    if (this.#index.find({ key: wanted.key, etag, size, version, readKey })) return false;
    const evicted = this.#index.reserve(size);
    if (!evicted) return false;
    const beside = join(this.#options.folder, `.${randomUUID()}`);
    const done = { isPlaced: false, isAdded: false };
    try {
      await this.#remove(evicted);
      const digest = await digestOf(to.part);
      if (wanted.readOnly) {
        await setMetadata(to.part, wanted.readOnly);
        await link(to.part, beside);
        await rename(to.part, to.target);
        done.isPlaced = true;
      } else await copyByReference(to.part, beside);
      const { key } = wanted;
      const { checksum } = object;
      const note: CacheNote = {
        key,
        etag,
        size,
        digest,
        checksum,
        ...(version !== undefined && { version }),
        ...(readKey !== undefined && { readKey }),
      };
      const entry = await this.#takeOver(note, beside);
      this.#index.add(entry);
      done.isAdded = true;
      await this.#notes.add(note, () => this.#index.all());
    } catch (error) {
      this.#complain("a file cannot be kept", error);
      await rm(beside, { force: true }).catch(() => undefined);
      if (isDiskFull(error)) await this.makeRoom();
    } finally {
      if (!done.isAdded) this.#index.release(size);
    }
    return done.isPlaced;
  }

  /**
   * Removes all that is not being used, and keeps nothing for a while: the disk is full.
   *
   * @returns whether there was anything
   */
  async makeRoom(): Promise<boolean> {
    this.#pausedUntil = this.#options.now().getTime() + PAUSE_MS;
    const idle = this.#index.removeIdle();
    await this.#remove(idle);
    return idle.length > 0;
  }

  async #open(): Promise<void> {
    const { folder, notes, maxBytes } = this.#options;
    if (maxBytes === 0) {
      await rm(folder, { recursive: true, force: true });
      await rm(notes, { force: true });
      return;
    }
    await makeFolder(dirname(notes), 0o700);
    await makeFolder(folder, 0o700);
    if (!(await lstat(folder)).isDirectory())
      throw new CloudSubmitError("config", `${folder} is no folder: remove what stands there`);
    const names = new Set(await readdir(folder));
    for (const [name, note] of await this.#notes.read())
      if (names.delete(name)) {
        // More than fits, when the bound was lowered: what was used last stays.
        const evicted = this.#index.reserve(note.size);
        for (const entry of evicted ?? []) names.add(entry.name);
        if (!evicted) names.add(name);
        else this.#index.add({ ...note, name, seen: undefined, notedMs: 0 });
      }
    for (const name of names) await rm(join(folder, name), { recursive: true, force: true });
    await this.#notes.write(this.#index.all());
    this.#isOpen = true;
  }

  async #put(
    entry: CacheEntry,
    { readOnly }: WantedObject,
    to: Destination,
  ): Promise<"linked" | "copied" | "damaged"> {
    const path = this.#path(entry);
    if (readOnly) {
      const turn = (this.#turns.get(entry) ?? Promise.resolve())
        .catch(() => undefined)
        .then(() => linkOut(path, entry, to, readOnly));
      this.#turns.set(entry, turn);
      const how = await turn;
      if (how !== "not linked") return how;
    }
    return (await copyOut(path, entry, to.part)) ? "copied" : "damaged";
  }

  /** Gives a complete file its name. */
  async #takeOver(note: CacheNote, beside: string): Promise<CacheEntry> {
    const name = cacheName(note);
    const path = join(this.#options.folder, name);
    await rename(beside, path);
    const stats = await lstat(path, { bigint: true });
    // A copy was not read: it is when it is used for the first time.
    const seen = stats.nlink > 1n ? seenFile(stats) : undefined;
    return { ...note, name, seen, notedMs: this.#options.now().getTime() };
  }

  async #noteUse(entry: CacheEntry): Promise<void> {
    const now = this.#options.now().getTime();
    if (now - entry.notedMs < USE_NOTED_MS || !this.#index.has(entry)) return;
    entry.notedMs = now;
    await this.#notes
      .add(entry, () => this.#index.all())
      .catch((error: unknown) => this.#complain("the use of a file cannot be noted", error));
  }

  /** Forgets an entry that is not what it was. */
  async #drop(entry: CacheEntry): Promise<void> {
    if (!this.#index.has(entry)) return;
    this.#index.remove(entry);
    await this.#remove([entry]);
  }

  async #remove(entries: readonly CacheEntry[]): Promise<void> {
    for (const entry of entries)
      await rm(this.#path(entry), { recursive: true, force: true }).catch((error: unknown) =>
        this.#complain("a file cannot be removed", error),
      );
  }

  #path({ name }: CacheEntry): string {
    return join(this.#options.folder, name);
  }

  /** Once in a while: whatever it is, the objects are fetched. */
  #complain(what: string, error: unknown): void {
    const now = this.#options.now().getTime();
    if (now - this.#complainedAt < COMPLAINTS_MS) return;
    this.#complainedAt = now;
    const { folder, log } = this.#options;
    log("warn", `the cache of objects: ${what}`, { folder, error: messageOf(error) });
  }
}

/** Whether there was no room on the disk, or none for this user. */
export function isDiskFull(error: unknown): boolean {
  return DISK_FULL.has((error as NodeJS.ErrnoException).code ?? "");
}

import { hash, randomUUID } from "node:crypto";
import { lstat, readdir, rmdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { LockByName } from "../../bucket/disk/lock-by-name.ts";
import { makeFolder } from "../../bucket/disk/make-folder.ts";
import { FileError } from "../../protocol/file-error.ts";
import { reason } from "../../protocol/reason.ts";
import { pathBelow } from "../names/path-below.ts";
import { folderLock } from "./folder-lock.ts";

/** Where files are while they are being downloaded, in the folder they are for: so on the same disk. */
export const PARTIAL_FOLDER = ".cloud-submit-parts";

/** How the names begin of what is made beside a file to take its place. */
const BESIDE = `${PARTIAL_FOLDER}-`;

/** In the parts folder: which process downloads. */
const LOCK = "lock";
/** How the names of the locks of further ones begin; their own names' end follows. */
const USER = "user";

/** Whether a path (relative, with `/`) is where unfinished downloads are. */
export function isPartsPath(path: string): boolean {
  if (path === PARTIAL_FOLDER || path.startsWith(`${PARTIAL_FOLDER}/`)) return true;
  return path.startsWith(BESIDE, path.lastIndexOf("/") + 1);
}

/** How many downloads of this process use a folder: it goes with the last one. */
const users = new Map<string, number>();
/** Folders that are being removed. */
const going = new Map<string, Promise<void>>();

/** A new name beside a file, for what is to take its place in one step. */
export function pathBeside(target: string): string {
  return join(dirname(target), `${BESIDE}${randomUUID()}`);
}

/**
 * The unfinished downloads of a folder. They have lasting names, so that the next download goes on with them;
 * but when two downloads into one folder run at a time, the second one has its own. Whoever uses the folder has a lock in it, so
 * that it is not empty: the others remove it when they end, if it is.
 */
export class PartialFiles {
  readonly #root: string;
  readonly #folder: string;
  readonly #now: () => number;
  /** The one that this download has, or tries to get; undefined: it needs none. */
  #lock: LockByName | undefined;
  /** Ends the names of a second download at a time. */
  #own = "";

  /**
   * @param now milliseconds since 1970
   * @param isAlone no other download into the folder is to be expected
   */
  constructor(root: string, now: () => number, isAlone = false) {
    this.#root = root;
    this.#folder = join(root, PARTIAL_FOLDER);
    this.#now = now;
    this.#lock = isAlone ? undefined : this.#lockOf(LOCK);
  }

  /** The folder they are in, once they are open. */
  get folder(): string {
    return this.#folder;
  }

  async open(): Promise<void> {
    if (!this.#lock) return;
    users.set(this.#folder, (users.get(this.#folder) ?? 0) + 1);
    await going.get(this.#folder);
    try {
      await this.#enter(this.#lock);
    } catch (error) {
      await this.#leave();
      throw error;
    }
  }

  async #enter(lock: LockByName): Promise<void> {
    await makeFolder(this.#folder);
    if ((await lstat(this.#folder)).isSymbolicLink())
      throw new FileError(this.#root, reason("folder-is-link", { folder: PARTIAL_FOLDER }));
    if (await lock.take()) return;
    this.#own = `-${randomUUID()}`;
    this.#lock = this.#lockOf(USER + this.#own);
    await this.#lock.take();
  }

  /** Where this version of an object is while it comes. */
  path(key: string, etag: string): string {
    const name = hash("sha256", `${etag}\0${key}`, "hex").slice(0, 32);
    // For one that is alone, a folder of their own is not worth making.
    return this.#lock
      ? pathBelow(this.#folder, name + this.#own)
      : pathBelow(this.#root, BESIDE + name);
  }

  /** Keeps what there is, for the next download. */
  async close(): Promise<void> {
    if (!this.#lock) return;
    await this.#lock.release();
    await this.#leave();
  }

  /** Removes the folder, unless others use it. */
  async #leave(): Promise<void> {
    const others = (users.get(this.#folder) ?? 1) - 1;
    if (others > 0) return void users.set(this.#folder, others);
    users.delete(this.#folder);
    // Another process may be using it.
    const removed = rmdir(this.#folder).catch(() => undefined);
    going.set(this.#folder, removed);
    await removed;
    going.delete(this.#folder);
  }

  /** Removes what was begun and given up, by this download and others. */
  async removeAbandoned(): Promise<void> {
    if (!this.#lock) return;
    const names = (await readdir(this.#folder)).filter((name) => name !== LOCK);
    if (names.length === 0) return;
    // Seldom there is anything.
    const { removeAbandoned } = await import("./abandoned-files.ts");
    const lockOf = (name: string) => this.#lockOf(name);
    await removeAbandoned(this.#folder, names, { user: USER, lockOf, now: this.#now });
  }

  #lockOf(name: string): LockByName {
    return folderLock(join(this.#folder, name), this.#now);
  }
}

import type { BigIntStats } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Checksum } from "../../bucket/checksum.ts";
import type { FileStats } from "../../bucket/disk/file-stats.ts";
import { lstatOf } from "../../bucket/disk/files.ts";
import type { LocalCopies } from "../comparing/local-copies.ts";
import type { Comparing } from "../comparing/same-content.ts";
import { sameHere } from "../comparing/same-here.ts";
import type { LinkPolicy } from "../links/judge-link.ts";
import { pathBelow } from "../names/path-below.ts";
import { walk } from "../walk.ts";
import { Claims, type Kind } from "./claims.ts";

/** Suffix of a fetched file's name where the user's own file keeps its place. */
export const BESIDE = ".fetched";

/** Options of a download that leaves alone files a user has changed. */
export interface KeepOptions {
  /** Earlier uploads from the folder, and fetches into it. */
  copies: LocalCopies;
  /** Replaces changed files too, but not a folder that holds the user's own files. */
  overwrite?: boolean | undefined;
}

/**
 * Decides where fetched files go in a user's folder: to their own place when it is free, or holds an unchanged copy
 * that was sent or fetched before; else beside it, under a name that says so.
 */
export class KeptFiles {
  readonly #root: string;
  readonly #options: KeepOptions;
  readonly #comparing: Comparing;
  readonly #links: LinkPolicy;
  /** The places that this download has taken or reserved. */
  readonly #claims: Claims;
  /** Those of them that were reserved for a path of the bucket that has another name. */
  readonly #reserved = new Set<string>();
  /** The folder, with `/`, that was found free of the bucket's files last: a listing comes folder by folder. */
  #free = "";
  /** New places of paths that do not get their own. */
  readonly #beside = new Map<string, string>();

  constructor(root: string, options: KeepOptions, comparing: Comparing, links: LinkPolicy) {
    this.#root = root;
    this.#options = options;
    this.#claims = new Claims(options.copies);
    this.#comparing = comparing;
    this.#links = links;
  }

  /**
   * Notes, in the order of the listing, what stands in the bucket.
   *
   * @returns "blocked" when a file of the bucket has the name of a folder above it
   */
  claim(path: string, kind: Kind): "blocked" | undefined {
    const folder = path.slice(0, path.lastIndexOf("/") + 1);
    if (folder !== this.#free) {
      for (let end = folder.indexOf("/"); end > 0; end = folder.indexOf("/", end + 1)) {
        const above = folder.slice(0, end);
        if (this.#claims.of(above) === "file" && !this.#reserved.has(above)) return "blocked";
      }
      this.#free = folder;
    }
    if (this.#claims.take(path, kind) && this.#free.startsWith(`${path}/`)) this.#free = "";
    return undefined;
  }

  isClaimed(path: string): boolean {
    return this.#claims.of(path) !== undefined;
  }

  /**
   * Where something goes.
   *
   * @param clear removes what is in the way, when it is a known copy of the other kind
   * @param isSame whether a path holds what comes already: such a place beside will do
   * @returns relative, with `/`; undefined when something else of this download has its name
   */
  place(
    path: string,
    kind: Kind,
    clear: boolean,
    isSame: (at: string) => Promise<boolean> = no,
  ): string | undefined | Promise<string | undefined> {
    const held = this.#beside.get(path);
    if (held !== undefined) return held;
    this.claim(path, kind);
    if (this.#reserved.has(path)) return this.#placeBeside(path, kind, clear, isSame);
    if (this.#claims.of(path) !== kind) return undefined;
    // Nothing is there, most of the time.
    const there = this.#look(path);
    return there === undefined ? path : this.#placeAt(there, path, kind, clear, isSame);
  }

  async #placeAt(
    there: BigIntStats | undefined | Promise<BigIntStats | undefined>,
    path: string,
    kind: Kind,
    clear: boolean,
    isSame: (at: string) => Promise<boolean>,
  ): Promise<string> {
    const isFree = await this.#isFree(await there, path, kind, clear);
    return isFree ? path : this.#placeBeside(path, kind, clear, isSame);
  }

  async #placeBeside(
    path: string,
    kind: Kind,
    clear: boolean,
    isSame: (at: string) => Promise<boolean>,
  ): Promise<string> {
    for (let count = 1; ; count++) {
      const at = `${path}${BESIDE}${count === 1 ? "" : `-${count}`}`;
      if (!this.#claims.take(at, kind)) continue;
      this.#reserved.add(at);
      const there = await this.#look(at);
      if (!(await this.#isFree(there, at, kind, clear)) && !(await isSame(at))) continue;
      this.#beside.set(path, at);
      return at;
    }
  }

  /** All that is known of the object with this ETag, and of a path as its copy. */
  contentOf(path: string, etag: string): ReturnType<LocalCopies["contentOf"]> {
    return this.#options.copies.contentOf(path, etag);
  }

  /**
   * Notes that a path holds what an object holds.
   *
   * @param stats of the path, as they were before it was read; undefined: they say nothing, as of a file that has just come
   */
  note(
    path: string,
    etag: string,
    stats: FileStats | undefined,
    checksum: Checksum | undefined,
  ): void {
    this.#options.copies.note(path, etag, stats, checksum);
  }

  /** The same of what has just been put there. */
  async notePlaced(path: string, etag: string, checksum: Checksum | undefined): Promise<void> {
    const stats = await this.#look(path);
    if (stats) this.note(path, etag, stats, checksum);
  }

  /** Whether a path, which has these stats, is free, may be replaced, or is the folder wanted. */
  async #isFree(
    there: BigIntStats | undefined,
    path: string,
    kind: Kind,
    clear: boolean,
  ): Promise<boolean> {
    if (!there) return true;
    const isFolder = there.isDirectory();
    if (isFolder && kind === "folder") return true;
    const isOurs = isFolder ? await this.#isKnownFolder(path) : await this.#mayReplace(path);
    if (!isOurs) return false;
    if (clear && isFolder !== (kind === "folder"))
      await rm(join(this.#root, path), { recursive: true });
    return true;
  }

  /** Stats of a path; undefined: nothing, or a file is in place of a folder above it. */
  #look(path: string): BigIntStats | undefined | Promise<BigIntStats | undefined> {
    try {
      const asked = lstatOf(this.#comparing.disk, pathBelow(this.#root, path));
      return asked instanceof Promise ? asked.catch(unlessBelowFile) : asked;
    } catch (error) {
      return unlessBelowFile(error);
    }
  }

  async #mayReplace(path: string): Promise<boolean> {
    return this.#options.overwrite === true || this.#isKnown(path);
  }

  /** Whether a file or link is as it was when it was last sent or fetched. */
  async #isKnown(path: string): Promise<boolean> {
    const copy = this.#options.copies.of(path);
    if (copy === undefined) return false;
    const object = { ...this.contentOf(path, copy.etag), ...copy };
    if (await sameHere(this.#root, path, object, this.#comparing, this.#links)) return true;
    const stats = await this.#look(path);
    return stats !== undefined && this.#options.copies.isAsNoted(path, stats);
  }

  /** Whether everything in a folder is unchanged and not part of this download. */
  async #isKnownFolder(path: string): Promise<boolean> {
    for await (const entry of walk(join(this.#root, path), { outsideLinks: "refuse" })) {
      const below = `${path}/${entry.path}`;
      if (entry.kind === "skipped" || this.isClaimed(below)) return false;
      if (entry.kind !== "empty-folder" && !(await this.#isKnown(below))) return false;
    }
    return true;
  }
}

/** @throws the error, unless it says that a file is in place of a folder */
function unlessBelowFile(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code !== "ENOTDIR") throw error;
}

async function no(): Promise<boolean> {
  return false;
}

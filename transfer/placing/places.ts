import { posix } from "node:path";
import type { Checksum } from "../../bucket/checksum.ts";
import type { FileStats } from "../../bucket/disk/file-stats.ts";
import type { ObjectEntry } from "../../bucket/object-store.ts";
import { reason } from "../../protocol/reason.ts";
import type { Proofs } from "../comparing/proofs.ts";
import type { Content } from "../comparing/same-content.ts";
import type { BroughtObject } from "../local-objects.ts";
import { below } from "../names/path-below.ts";
import type { TransferSummary } from "../summary.ts";
import type { EmptyFolders } from "./empty-folders.ts";
import type { KeptFiles } from "./kept-files.ts";

type Same = (path: string, object: Content) => Promise<FileStats | undefined>;

/** A file that has come, or a link with its target, as it is known. */
export type CameAs = Pick<BroughtObject, "size" | "etag" | "checksum"> & Pick<Content, "symlink">;

/** Where something goes in the end. */
export interface PlaceAt {
  /** Relative, with `/`. */
  at: string;
  /** It holds the same already, and is left as it is. */
  isThere: boolean;
}

/** Where the files of a download go, and what is told when that is not where they are in the bucket. */
export class Places {
  readonly #kept: KeptFiles | undefined;
  readonly #summary: TransferSummary;
  readonly #same: Same;
  readonly #proofs: Pick<Proofs, "of" | "foundSame">;
  readonly #empty: EmptyFolders;

  /**
   * @param kept keeps the user's own files; undefined: every file is replaced
   * @param same the stats of what is at a path, from before it was read, if it holds what an object holds
   * @param proofs of objects that seem to be others by their ETag
   * @param empty folders in which nothing can be the same
   */
  constructor(
    kept: KeptFiles | undefined,
    summary: TransferSummary,
    same: Same,
    proofs: Pick<Proofs, "of" | "foundSame">,
    empty: EmptyFolders,
  ) {
    this.#kept = kept;
    this.#summary = summary;
    this.#same = same;
    this.#proofs = proofs;
    this.#empty = empty;
  }

  /** Notes, in the order of the listing, what stands in the bucket; false: it cannot stand here, which is told. */
  claim(path: string, kind: "file" | "folder"): boolean {
    if (this.#kept?.claim(path, kind) !== "blocked") return true;
    this.#summary.skip(path, reason("name-conflict"));
    return false;
  }

  isClaimed(path: string): boolean {
    return this.#kept?.isClaimed(path) === true;
  }

  /** Whether an object's content is in its place already, or beside it. */
  hasSame(entry: ObjectEntry, path: string): boolean | Promise<boolean> {
    const isEmpty = this.#empty.has(posix.dirname(path));
    return isEmpty === true ? false : this.#hasSame(entry, path, isEmpty);
  }

  async #hasSame(
    entry: ObjectEntry,
    path: string,
    isEmpty: boolean | Promise<boolean>,
  ): Promise<boolean> {
    if (await isEmpty) return false;
    // Asked once for both places.
    let asked: Promise<Checksum | undefined> | undefined;
    const ask = () => (asked ??= this.#proofs.of(entry));
    const isSameAt = async (at: string) => {
      const known = this.#kept?.contentOf(at, entry.etag);
      const stats = await this.#same(at, { ...entry, ...known, ask });
      return stats && { stats, checksum: await asked };
    };
    let same = await isSameAt(path);
    if (same && same.checksum !== undefined) this.#proofs.foundSame();
    if (same) {
      this.#kept?.note(path, entry.etag, same.stats, same.checksum);
      return true;
    }
    const isTaken = async (at: string) => (same = await isSameAt(at)) !== undefined;
    const beside = await this.#kept?.place(path, "file", false, isTaken);
    if (beside === undefined || beside === path) return false;
    // The place may have been found by this.
    if (!(same ?? (await isSameAt(beside)))) return false;
    this.#summary.putBeside(path, beside);
    return true;
  }

  /**
   * Where a file or link goes in the folder that was made for it; undefined: nowhere, which is told. Before it is put beside
   * its own place, it is seen whether the same has come there since: from another command that fetches it, too.
   */
  placeIn(
    folder: string,
    path: string,
    came: CameAs,
  ): PlaceAt | undefined | Promise<PlaceAt | undefined> {
    const own = below(folder, posix.basename(path));
    if (!this.#kept) return { at: own, isThere: false };
    const isSame = async (one: string) => (await this.#same(one, came)) !== undefined;
    const placing = this.#kept.place(own, "file", true, isSame);
    return placing === path
      ? { at: path, isThere: false }
      : this.#placeBeside(own, path, came, placing);
  }

  async #placeBeside(
    own: string,
    path: string,
    came: CameAs,
    placing: string | undefined | Promise<string | undefined>,
  ): Promise<PlaceAt | undefined> {
    const beside = await placing;
    if (beside === undefined) {
      this.#summary.skip(path, reason("name-conflict"));
      return undefined;
    }
    const there = beside === own ? undefined : await this.#there([own, beside], came);
    const at = there ?? beside;
    if (at !== path) this.#summary.putBeside(path, at);
    return { at, isThere: there !== undefined };
  }

  /** The first path that holds what has come, which is noted. */
  async #there(paths: readonly string[], came: CameAs): Promise<string | undefined> {
    for (const path of paths) {
      const stats = await this.#same(path, came);
      if (!stats) continue;
      this.#kept?.note(path, came.etag, stats, came.checksum);
      return path;
    }
    return undefined;
  }

  /** Notes that a file has come to a path: its times say nothing yet, and the checksum of its object is enough. */
  noteFile(path: string, { etag, checksum }: Pick<BroughtObject, "etag" | "checksum">): void {
    this.#kept?.note(path, etag, undefined, checksum);
  }

  /** The same of a link, or of what is copied in its place. */
  async noteLink(path: string, etag: string, checksum: Checksum | undefined): Promise<void> {
    await this.#kept?.notePlaced(path, etag, checksum);
  }
}

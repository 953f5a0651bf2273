import { hash } from "node:crypto";
import { realpath, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import type { Checksum } from "../../bucket/checksum.ts";
import type { FileStats } from "../../bucket/disk/file-stats.ts";
import { removeOlder } from "../../bucket/disk/remove-older.ts";
import { withLock } from "../../bucket/disk/short-lock.ts";
import { succeeds } from "../../bucket/flow/succeeds.ts";
import { CopyRecords, type LocalCopy } from "./copy-records.ts";
import { type Kept, readFolderFile, writeFolderFile } from "./folder-file.ts";
import type { Content } from "./same-content.ts";
import { isSettled } from "./settled.ts";

/** A folder's state is forgotten after this long without an upload from it or a fetch into it. */
const KEPT_MS = 400 * 24 * 3_600_000;

/** Size, times and inode: a program can set back the modification time, but not the change time. */
export function markOf(stats: FileStats): string {
  return `${stats.size}:${stats.mtimeNs}:${stats.ctimeNs}:${stats.ino}`;
}

/**
 * Content last sent from, or fetched to, each path of a user's folder. It tells files that the user has changed
 * since from files that a fetch may replace. Kept with the user's own state, in one file for each folder. Several
 * processes may work in a folder: each adds what it has noted to what the others have.
 */
export class LocalCopies {
  readonly #path: string | undefined;
  readonly #copies: CopyRecords;
  /** The file as it was read or written last. */
  #stamp: string | undefined;
  /** Whether anything was ever sent from this folder or fetched into it. */
  readonly isKnown: boolean;
  made: boolean;
  /** Bucket and prefix of the last job that was sent from the folder; empty: none is known. */
  sentJob: string;
  /** As they were kept last. */
  #keptSentJob: string;
  #keptMade: boolean;
  /** Nothing that is noted here was read before, in milliseconds since 1970. */
  readonly #begun: number;

  private constructor(begun: number, path?: string, kept?: Kept, stamp?: string) {
    this.#begun = begun;
    this.#path = path;
    this.#stamp = stamp;
    this.#copies = kept?.copies ?? new CopyRecords();
    this.isKnown = kept !== undefined;
    this.made = this.#keptMade = kept?.made ?? false;
    this.sentJob = this.#keptSentJob = kept?.sentJob ?? "";
  }

  /**
   * @param states where it is kept; undefined: nowhere, and nothing is known
   * @param root the user's folder
   * @param now milliseconds since 1970
   */
  static async open(
    states: string | undefined,
    root: string,
    now: () => number = Date.now,
  ): Promise<LocalCopies> {
    const begun = now();
    const real = await realpath(root).catch(() => undefined);
    if (states === undefined || real === undefined) return new LocalCopies(begun);
    const path = join(states, hash("sha256", real, "hex"));
    const stamp = await stampOf(path);
    return new LocalCopies(begun, path, await readFolderFile(path), stamp);
  }

  /** Bytes that it takes, without what seldom occurs. */
  get bytes(): number {
    return this.#copies.bytes;
  }

  /** Learns what other processes have kept since; what was noted here goes before it. */
  async refresh(): Promise<void> {
    if (this.#path === undefined) return;
    const stamp = await stampOf(this.#path);
    if (stamp === undefined || stamp === this.#stamp) return;
    const kept = await readFolderFile(this.#path);
    if (!kept) return;
    this.#stamp = stamp;
    this.#copies.takeKept(kept.copies);
    this.made ||= kept.made;
    if (this.sentJob === this.#keptSentJob) this.sentJob = kept.sentJob;
    this.#keptSentJob = kept.sentJob;
    this.#keptMade = kept.made;
  }

  of(path: string): LocalCopy | undefined {
    return this.#copies.find(path);
  }

  /** Where what is noted with a path is, counted from 0: it stays there. undefined: nothing was noted, and no place made. */
  placeOf(path: string): number | undefined {
    return this.#copies.placeOf(path);
  }

  /** The same; makes a place where there is none: nothing is known of the path by that. */
  makePlace(path: string): number {
    return this.#copies.makePlace(path);
  }

  /** Whether a file is as it was when it was last sent or fetched, by its stats. */
  isAsNoted(path: string, stats: FileStats): boolean {
    return this.#copies.hasMark(path, markOf(stats));
  }

  /** The checksum of the object with this ETag, as far as that is the one that was last sent from a path or fetched to it. */
  checksumOf(path: string, etag: string): Checksum | undefined {
    const copy = this.of(path);
    // Some servers list none: two that are empty say nothing.
    return etag !== "" && copy?.etag === etag ? copy.checksum : undefined;
  }

  /** All that is known of the object with this ETag, and of the path as its copy. */
  contentOf(path: string, etag: string): Pick<Content, "etag" | "checksum" | "isSettled"> {
    const isSettled = (stats: FileStats) =>
      etag !== "" && this.#copies.isSettled(path, etag, markOf(stats));
    return { etag, checksum: this.checksumOf(path, etag), isSettled };
  }

  /**
   * Notes that a path holds what an object holds.
   *
   * @param stats as they were before it was read; undefined: it was not looked at, and only its checksum will tell
   */
  note(path: string, etag: string, stats: FileStats | undefined, checksum?: Checksum): void {
    const mark = stats && { text: markOf(stats), isSettled: isSettled(stats, this.#begun) };
    this.#copies.note(path, { etag, checksum }, mark);
  }

  forget(path: string): void {
    this.#copies.forget(path);
  }

  #isAsKept(): boolean {
    if (this.#copies.notes > 0) return false;
    return this.made === this.#keptMade && this.sentJob === this.#keptSentJob;
  }

  /** Keeps it for the next run; without it, fetched files go beside those that are there. */
  async save(now: number): Promise<void> {
    const path = this.#path;
    if (path === undefined) return;
    // Used, and so not forgotten.
    if (this.isKnown && this.#isAsKept() && (await isTouched(path, now))) return;
    await withLock(`${path}.lock`, async () => {
      await this.refresh();
      const { made, sentJob } = this;
      const { notes } = this.#copies;
      if (!(await writeFolderFile(path, { made, sentJob, copies: this.#copies }))) return;
      // Notes of others that came meanwhile may not be among those that were written.
      if (this.#copies.notes === notes) this.#copies.settle();
      this.#keptSentJob = sentJob;
      this.#keptMade = made;
      this.#stamp = await stampOf(path);
    });
    await removeOlder(join(path, ".."), now - KEPT_MS).catch(() => undefined);
  }
}

/** Changes whenever the file is replaced; undefined: it is not there. */
async function stampOf(path: string): Promise<string | undefined> {
  const stats = await stat(path, { bigint: true }).catch(() => undefined);
  return stats && markOf(stats);
}

async function isTouched(path: string, now: number): Promise<boolean> {
  return succeeds(utimes(path, now / 1000, now / 1000));
}

import { hash } from "node:crypto";
import { realpath, utimes } from "node:fs/promises";
import { join } from "node:path";
import type { Checksum } from "../../bucket/checksum.ts";
import type { FileStats } from "../../bucket/disk/file-stats.ts";
import { removeOlder } from "../../bucket/disk/remove-older.ts";
import { withLock } from "../../bucket/disk/short-lock.ts";
import { readChecked, writeChecked } from "./checked-file.ts";
import { isSettled } from "./settled.ts";

const TITLE = "cloud-submit-folder 1";

/** A folder's state is forgotten after this long without an upload from it or a fetch into it. */
const KEPT_MS = 400 * 24 * 3_600_000;

/** State of a path in a user's folder when it was last sent or fetched. */
export interface LocalCopy {
  /** ETag of the object with the same content. */
  etag: string;
  /** Changes with any change to the file. */
  mark: string;
  /** Of the object: ETags of some buckets do not depend on the content. */
  checksum?: Checksum | undefined;
  /** Whether the mark alone tells that the content is the same: the file had not changed for a while before it was read. */
  isSettled?: boolean | undefined;
}

interface Kept {
  /** The folder was made, or was empty, when something was first fetched into it. */
  made: boolean;
  /** Bucket and prefix of the last job that was sent from it or fetched into it. */
  job: string;
  files: [
    path: string,
    etag: string,
    mark: string,
    checksum?: Checksum | null,
    isSettled?: boolean,
  ][];
}

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
  #files: Map<string, LocalCopy>;
  /** Notes that are not kept yet; undefined: forgotten. */
  readonly #noted = new Map<string, LocalCopy | undefined>();
  /** Whether anything was ever sent from this folder or fetched into it. */
  readonly isKnown: boolean;
  made: boolean;
  job: string;
  /** As they were kept last. */
  #keptJob: string;
  #keptMade: boolean;
  /** Nothing that is noted here was read before, in milliseconds since 1970. */
  readonly #begun: number;

  private constructor(path: string | undefined, kept: Kept | undefined, begun: number) {
    this.#path = path;
    this.#begun = begun;
    this.#files = filesOf(kept);
    this.isKnown = kept !== undefined;
    this.made = this.#keptMade = kept?.made ?? false;
    this.job = this.#keptJob = kept?.job ?? "";
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
    if (states === undefined || real === undefined)
      return new LocalCopies(undefined, undefined, begun);
    const path = join(states, hash("sha256", real, "hex"));
    return new LocalCopies(path, await readKept(path), begun);
  }

  /** Learns what other processes have kept since; what was noted here goes before it. */
  async refresh(): Promise<void> {
    const kept = this.#path === undefined ? undefined : await readKept(this.#path);
    if (!kept) return;
    this.#files = filesOf(kept);
    this.made ||= kept.made;
    if (this.job === this.#keptJob) this.job = kept.job;
    this.#keptJob = kept.job;
    this.#keptMade = kept.made;
    for (const [path, copy] of this.#noted) this.#set(path, copy);
  }

  of(path: string): LocalCopy | undefined {
    return this.#files.get(path);
  }

  /** The checksum of the object with this ETag, as far as that is the one that was last sent from a path or fetched to it. */
  checksumOf(path: string, etag: string): Checksum | undefined {
    const copy = this.#files.get(path);
    // Some servers list none: two that are empty say nothing.
    return etag !== "" && copy?.etag === etag ? copy.checksum : undefined;
  }

  /** The mark of a path that holds, as long as it has that mark, what the object with this ETag holds; undefined: none tells. */
  settledMark(path: string, etag: string): string | undefined {
    const copy = this.#files.get(path);
    return etag !== "" && copy?.isSettled && copy.etag === etag ? copy.mark : undefined;
  }

  /**
   * Notes that a path holds what an object holds.
   *
   * @param stats as they were before it was read; undefined: it was not looked at, and only its checksum will tell
   */
  note(path: string, etag: string, stats: FileStats | undefined, checksum?: Checksum): void {
    const known = checksum ?? this.checksumOf(path, etag);
    const mark = stats ? markOf(stats) : "";
    const settled = stats !== undefined && isSettled(stats, this.#begun);
    const held = this.#files.get(path);
    const isNew = held?.mark !== mark || held.etag !== etag || held.checksum !== known;
    if (!isNew && (held.isSettled || !settled)) return;
    const copy = { etag, mark, checksum: known, isSettled: settled };
    this.#noted.set(path, copy);
    this.#set(path, copy);
  }

  forget(path: string): void {
    this.#noted.set(path, undefined);
    this.#set(path, undefined);
  }

  #set(path: string, copy: LocalCopy | undefined): void {
    if (copy) this.#files.set(path, copy);
    else this.#files.delete(path);
  }

  #isAsKept(): boolean {
    return this.#noted.size === 0 && this.made === this.#keptMade && this.job === this.#keptJob;
  }

  /** Keeps it for the next run; without it, fetched files go beside those that are there. */
  async save(now: number): Promise<void> {
    const path = this.#path;
    if (path === undefined) return;
    // Used, and so not forgotten.
    if (this.isKnown && this.#isAsKept() && (await isTouched(path, now))) return;
    await withLock(`${path}.lock`, async () => {
      await this.refresh();
      const files = [...this.#files].map(([at, { etag, mark, checksum, isSettled }]) =>
        isSettled ? [at, etag, mark, checksum, true] : [at, etag, mark, checksum],
      );
      const { made, job } = this;
      if (await writeChecked(path, TITLE, JSON.stringify({ made, job, files }))) {
        this.#noted.clear();
        this.#keptMade = made;
        this.#keptJob = job;
      }
    });
    await removeOlder(join(path, ".."), now - KEPT_MS).catch(() => undefined);
  }
}

async function readKept(path: string): Promise<Kept | undefined> {
  const text = await readChecked(path, TITLE);
  return text === undefined ? undefined : (JSON.parse(text) as Kept);
}

function filesOf(kept: Kept | undefined): Map<string, LocalCopy> {
  return new Map(
    kept?.files.map(([at, etag, mark, checksum, isSettled]) => [
      at,
      { etag, mark, checksum: checksum ?? undefined, isSettled },
    ]),
  );
}

async function isTouched(path: string, now: number): Promise<boolean> {
  return utimes(path, now / 1000, now / 1000).then(
    () => true,
    () => false,
  );
}

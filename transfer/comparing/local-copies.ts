import { hash } from "node:crypto";
import { realpath } from "node:fs/promises";
import { join } from "node:path";
import type { FileStats } from "../../bucket/disk/file-stats.ts";
import { removeOlder } from "../../bucket/disk/remove-older.ts";
import { readChecked, writeChecked } from "./checked-file.ts";

const TITLE = "cloud-submit-folder 1";

/** What is known of a folder that nothing was sent from, or fetched into, for so long is forgotten. */
const KEPT_MS = 400 * 24 * 3_600_000;

/** What a path in a user's folder held when it was last sent or fetched. */
export interface LocalCopy {
  /** ETag of the object that it was the same as. */
  etag: string;
  /** What any change to the file changes; the ETags of some buckets tell nothing of the content. */
  mark: string;
}

interface Kept {
  /** The folder was made, or was empty, when something was first fetched into it. */
  made: boolean;
  /** Bucket and prefix of the last job that was sent from it or fetched into it. */
  job: string;
  files: [path: string, etag: string, mark: string][];
}

/** Size, times and inode: a program can set back the modification time, but not the change time. */
export function markOf(stats: FileStats): string {
  return `${stats.size}:${stats.mtimeNs}:${stats.ctimeNs}:${stats.ino}`;
}

/**
 * What was last sent from, or fetched to, each path of one folder of a user, by content: with it a file that the user
 * has changed since is told from one that a fetch may replace. Kept with the user's own state, one file for each folder.
 */
export class LocalCopies {
  readonly #path: string | undefined;
  readonly #files: Map<string, LocalCopy>;
  /** Whether anything was ever sent from this folder or fetched into it. */
  readonly isKnown: boolean;
  made: boolean;
  job: string;

  private constructor(path: string | undefined, kept: Kept | undefined) {
    this.#path = path;
    this.#files = new Map(kept?.files.map(([at, etag, mark]) => [at, { etag, mark }]));
    this.isKnown = kept !== undefined;
    this.made = kept?.made ?? false;
    this.job = kept?.job ?? "";
  }

  /**
   * @param states where it is kept; undefined: nowhere, and nothing is known
   * @param root the user's folder
   */
  static async open(states: string | undefined, root: string): Promise<LocalCopies> {
    const real = await realpath(root).catch(() => undefined);
    if (states === undefined || real === undefined) return new LocalCopies(undefined, undefined);
    const path = join(states, hash("sha256", real, "hex"));
    const text = await readChecked(path, TITLE);
    return new LocalCopies(path, text === undefined ? undefined : (JSON.parse(text) as Kept));
  }

  of(path: string): LocalCopy | undefined {
    return this.#files.get(path);
  }

  /** Notes that a path holds what an object holds. */
  note(path: string, etag: string, stats: FileStats): void {
    this.#files.set(path, { etag, mark: markOf(stats) });
  }

  forget(path: string): void {
    this.#files.delete(path);
  }

  /** Keeps it for the next run; without it, fetched files go beside those that are there. */
  async save(now: number): Promise<void> {
    if (this.#path === undefined) return;
    const files = [...this.#files].map(([path, { etag, mark }]) => [path, etag, mark]);
    await writeChecked(
      this.#path,
      TITLE,
      JSON.stringify({ made: this.made, job: this.job, files }),
    );
    await removeOlder(join(this.#path, ".."), now - KEPT_MS).catch(() => undefined);
  }
}

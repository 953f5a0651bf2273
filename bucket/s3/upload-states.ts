import { createHash } from "node:crypto";
import { readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { OWN_TEXT } from "../disk/as-own.ts";
import { makeFolder } from "../disk/make-folder.ts";
import { removeOlder } from "../disk/remove-older.ts";
import { replaceFile } from "../disk/replace-file.ts";

/** After this long the bucket's lifecycle rule may have removed the parts (resources/bucket-own.yml). */
const KEPT_MS = 6 * 24 * 60 * 60 * 1000;

/** An upload in parts that was begun. */
export interface UploadState {
  uploadId: string;
  /** Identifies the upload: another size, part size or metadata is another upload. */
  purpose: string;
}

/** Remembers uploads in parts that were begun, so that they can be continued. */
export interface UploadStates {
  /** @param target where the object goes: endpoint, bucket and key */
  load(target: string): Promise<UploadState | undefined>;
  /** @returns whether it is remembered; nothing fails for it */
  save(target: string, state: UploadState): Promise<boolean>;
  forget(target: string): Promise<void>;
}

/**
 * Keeps one small file for each unfinished upload in a folder. It only says which upload to look at: what
 * is in it is asked of S3 and compared with the file each time.
 */
export class UploadStateFolder implements UploadStates {
  readonly #folder: string;
  readonly #now: () => number;

  constructor(folder: string, now: () => number = Date.now) {
    this.#folder = folder;
    this.#now = now;
  }

  async load(target: string): Promise<UploadState | undefined> {
    const path = this.#pathOf(target);
    try {
      if (await this.#isOld(path)) return undefined;
      const { uploadId, purpose } = JSON.parse(await readFile(path, OWN_TEXT)) as UploadState;
      if (typeof uploadId === "string" && typeof purpose === "string") return { uploadId, purpose };
    } catch {
      // Absent or torn: then the upload begins anew.
    }
    return undefined;
  }

  /** A state that cannot be kept, as on a full disk, is no failure: the upload begins anew the next time. */
  async save(target: string, state: UploadState): Promise<boolean> {
    try {
      await makeFolder(this.#folder, 0o700);
      await removeOlder(this.#folder, this.#now() - KEPT_MS);
      await replaceFile(this.#pathOf(target), JSON.stringify(state));
      return true;
    } catch {
      return false;
    }
  }

  async forget(target: string): Promise<void> {
    await rm(this.#pathOf(target), { force: true }).catch(() => undefined);
  }

  async #isOld(path: string): Promise<boolean> {
    return (await stat(path)).mtimeMs < this.#now() - KEPT_MS;
  }

  #pathOf(target: string): string {
    return join(this.#folder, createHash("sha256").update(target).digest("hex"));
  }
}

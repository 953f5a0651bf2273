import { closeSync, constants } from "node:fs";
import { chmod, copyFile, lstat, realpath, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { openLater, placeOf } from "../../bucket/disk/open-to-read.ts";
import { isPrefix } from "../../protocol/prefix.ts";
import { READ_KEY_METADATA } from "../../protocol/read-key.ts";
import { HashCache } from "../../transfer/comparing/hash-cache.ts";
import type { Brought, Destination, WantedObject } from "../../transfer/local-objects.ts";
import { pathProblem } from "../../transfer/names/key-path.ts";
import { workFolder } from "../jobs/work-folder.ts";
import type { JobEntry } from "../journal/job-entry.ts";
import type { Journal } from "../journal/journal.ts";

/** For so long the last submission of a prefix is taken for what it was, in milliseconds. */
const REMEMBERED_MS = 5000;

export interface JobResultsPorts {
  workRoot: string;
  home: string;
  journal: Pick<Journal, "lastEnded">;
  now: () => Date;
}

/** Results of jobs whose folders are still here: a file there is the object, if it has its ETag. */
export class JobResults {
  readonly #ports: JobResultsPorts;
  /** The prefix that was asked about last: inputs of one job come one after the other. */
  #last: { prefix: string; untilMs: number; entry: Promise<JobEntry | undefined> } | undefined;

  constructor(ports: JobResultsPorts) {
    this.#ports = ports;
  }

  /**
   * Copies a result to `part`, by reference where the disk can.
   *
   * @returns undefined: it is not here, is another one by now, or the submitter has not shown that it may be read
   */
  async place(wanted: WantedObject, { part: at }: Destination): Promise<Brought | undefined> {
    const { key, size, etag, readKey } = wanted;
    const end = key.indexOf("/");
    const [prefix, path] = [key.slice(0, end), key.slice(end + 1)];
    if (readKey === undefined || !isPrefix(prefix) || pathProblem(path) !== undefined)
      return undefined;
    let isCopied = false;
    try {
      const entry = await this.#lastOf(prefix);
      if (entry?.readKey !== readKey) return undefined;
      const folder = await realpath(workFolder(this.#ports, entry).path);
      if (!(await copyInside(folder, path, size, at))) return undefined;
      isCopied = true;
      const stats = await lstat(at, { bigint: true });
      const hashes = new HashCache(undefined, () => this.#ports.now().getTime());
      // The copy is compared, which nobody changes any more.
      if (stats.size === BigInt(size) && (await hashes.hasEtag(at, stats, etag))) {
        const metadata = { [READ_KEY_METADATA]: readKey };
        const object = { size, etag, metadata, checksum: undefined };
        return { object, isLocal: true, isPlaced: false };
      }
    } catch {
      // The folder is gone, or what is there is no file: the object is fetched.
    }
    if (isCopied) await rm(at, { force: true }).catch(() => undefined);
    return undefined;
  }

  #lastOf(prefix: string): Promise<JobEntry | undefined> {
    const now = this.#ports.now().getTime();
    const last = this.#last;
    if (last?.prefix === prefix && now < last.untilMs) return last.entry;
    const entry = this.#ports.journal.lastEnded(prefix);
    this.#last = { prefix, untilMs: now + REMEMBERED_MS, entry };
    return entry;
  }
}

/** @returns false: it is of another size, and was not copied */
async function copyInside(
  folder: string,
  path: string,
  size: number,
  at: string,
): Promise<boolean> {
  const file = await openLater(join(folder, path), { noFollow: true, within: folder });
  try {
    const from = placeOf(file);
    const { size: there } = await stat(from);
    if (there !== size) return false;
    await rm(at, { force: true });
    await copyFile(from, at, constants.COPYFILE_FICLONE);
    await chmod(at, 0o644);
    return true;
  } finally {
    closeSync(file);
  }
}
